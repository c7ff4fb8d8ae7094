"""Records and files as Arrow tables: typed where the type holds, never losing a value."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest

from ingestion.frames import DAY, FLAG, MOMENT, NUMBER, TEXT, WHOLE, column, frame
from ingestion.landing import wider

NOON = datetime(2026, 5, 1, 12, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01T12:00:00.000+0000",
        "2026-05-01T12:00:00.000Z",
        "2026-05-01T12:00:00Z",
        "2026-05-01T14:00:00+02:00",
        "2026-05-01T12:00:00Z+0000",
        "2026-05-01 12:00:00",
    ],
)
def test_times_become_utc_without_a_zone(text: str) -> None:
    found = column([text, None, ""], MOMENT)
    assert found.type == MOMENT
    assert found.to_pylist() == [NOON, None, None]


@pytest.mark.parametrize(
    ("values", "kind", "landed"),
    [
        ([1, "", None], WHOLE, [1, None, None]),
        ([1.5, 2, None], NUMBER, [1.5, 2.0, None]),
        ([True, None], FLAG, [True, None]),
        (["2026-05-01", "2026-05-01T00:00:00Z"], DAY, [date(2026, 5, 1)] * 2),
        (["O'Brien", "", None, "🚀"], TEXT, ["O'Brien", "", None, "🚀"]),
        ([7, {"a": ["é"]}, False], TEXT, ["7", '{"a":["é"]}', "false"]),
        ([10, "11-50"], WHOLE, ["10", "11-50"]),
        (["soon"], MOMENT, ["soon"]),
        (["yes", True], FLAG, ["yes", "true"]),
        ([2**70], WHOLE, [str(2**70)]),
    ],
)
def test_a_value_that_does_not_fit_makes_the_column_text(
    values: list[object], kind: pa.DataType, landed: list[object]
) -> None:
    assert column(values, kind).to_pylist() == landed


def test_unknown_fields_land_with_the_type_they_show() -> None:
    records = [{"Id": "1", "New": 1, "List": ["a"], "Flag": None}, {"Id": "2", "New": 2.5, "Other": "x", "Flag": False}]
    table = frame(records, {"Id": TEXT, "Missing__c": NUMBER})
    assert table.schema == pa.schema(
        {"id": TEXT, "missing_c": NUMBER, "new": NUMBER, "list": TEXT, "flag": FLAG, "other": TEXT}
    )
    assert table["list"].to_pylist() == ['["a"]', None]


def test_a_field_with_nothing_but_nulls_waits_for_its_type() -> None:
    assert frame([{"a": None}], {}).column_names == []


def test_types_only_widen() -> None:
    assert wider("bigint", "double") == "double"
    assert wider("double", "bigint") == "double"
    assert wider("bool", "text") == "text"
    assert wider("timestamp", "date") == "text"
    assert wider("date", "date") == "date"
