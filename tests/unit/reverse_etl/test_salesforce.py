"""Salesforce's formats: descriptions, Bulk files and results."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reverse_etl.destinations import CELLS, RECORDS, Batch, FieldDescription, ObjectDescription, Operation
from reverse_etl.destinations.salesforce.bulk import unfit_keys, write_csv
from reverse_etl.destinations.salesforce.bulk_results import failures, stopped
from reverse_etl.destinations.salesforce.description import object_description

FIELD = {
    "updateable": True, "nillable": True, "length": 0, "precision": 0, "scale": 0, "digits": 0,
    "restrictedPicklist": False, "picklistValues": [],
}  # fmt: skip


def described(**field: Any) -> FieldDescription:
    whole = {"name": "Account", "updateable": True, "fields": [{**FIELD, "name": "F", **field}]}
    answer: ObjectDescription = object_description(whole)
    return answer.fields["F"]


def test_numbers_text_and_booleans_are_described() -> None:
    double = described(type="currency", precision=18, scale=2)
    assert (double.family, double.integer_digits, double.decimal_digits, double.max_length) == ("number", 16, 2, None)
    whole = described(type="int", digits=8)
    assert (whole.family, whole.integer_digits, whole.decimal_digits) == ("number", 8, 0)
    text = described(type="textarea", length=32000)
    assert (text.family, text.max_length, text.decimal_digits) == ("text", 32000, None)
    assert not described(type="boolean", nillable=False).is_nullable
    assert described(type="datetime").family == "timestamp"
    assert described(type="address").family is None


def test_only_restricted_picklists_limit_values_and_only_to_active_ones() -> None:
    values = [{"value": "Tier 1", "active": True}, {"value": "Old", "active": False}]
    assert described(type="picklist", picklistValues=values).allowed_values is None
    restricted = described(type="multipicklist", picklistValues=values, restrictedPicklist=True)
    assert (restricted.allowed_values, restricted.separator) == (("Tier 1",), ";")


def cells(*rows: tuple[str, str, str | None]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(CELLS.names, row, strict=True)) for row in rows], CELLS)


def batch(operation: Operation, *rows: tuple[str, str, str | None]) -> Batch:
    """Records whose remote id is their key with an r before it; new records have none."""
    keys = list(dict.fromkeys(key for key, _, _ in rows))
    named = [
        {"record_key": key, "remote_id": None if operation == "create" else f"r{key}", "version": None} for key in keys
    ]
    records = pa.Table.from_pylist(named, RECORDS)
    return Batch("Account", operation, records, cells(*rows), "bulk", "Key__c", lambda _ticket: None)


def test_a_bulk_file_tells_unset_from_null_from_text(tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    write_csv(batch("update", ("k1", "A", 'O\'Brien, "x"\r\n🚀'), ("k1", "B", None), ("k2", "B", " 0 ")), None, path)
    with path.open(newline="", encoding="utf-8") as stream:
        rows = sorted(csv.reader(stream))
    assert rows == [["Id", "A", "B"], ["rk1", 'O\'Brien, "x"\r\n🚀', "#N/A"], ["rk2", "", " 0 "]]
    assert b'"rk2",," 0 "' in path.read_bytes()


def test_a_bulk_file_of_new_records_names_them_by_their_key_and_clears_nothing(tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    write_csv(batch("create", ("k1", "A", "x"), ("k1", "B", None)), "Key__c", path)
    assert path.read_text().splitlines() == ['"Key__c","A","B"', '"k1","x",']
    write_csv(batch("delete", ("k1", "A", "x")), None, path)
    assert path.read_text().splitlines() == ['"Id"', '"rk1"']


def test_texts_that_a_bulk_file_would_misread_are_found() -> None:
    table = cells(("k1", "A", "#N/A"), ("k2", "A", "x" * 32_001), ("k3", "A", None), ("k4", "A", "ж" * 32_000))
    assert unfit_keys(table).to_pylist() == ["k1", "k2"]


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        ("UNABLE_TO_LOCK_ROW:row is busy:--", "retryable", "UNABLE_TO_LOCK_ROW: row is busy"),
        (
            "FIELD_CUSTOM_VALIDATION_EXCEPTION:Tier: ask Ops:Tier__c --",
            "rejected",
            "FIELD_CUSTOM_VALIDATION_EXCEPTION: Tier: ask Ops",
        ),
        ("INVALID_FIELD:two\nlines:A__c, B__c --", "rejected", "INVALID_FIELD: two\nlines"),
        ("something else", "rejected", "something else"),
    ],
)  # fmt: skip
def test_refusals_of_a_bulk_job_keep_the_orgs_words(error: str, status: str, message: str) -> None:
    (row,) = failures(pa.table({"Id": ["k1"], "sf__Error": [error]}), "Id").to_pylist()
    assert row == {"name": "k1", "status": status, "message": message, "remote_id": None}


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ({"state": "JobComplete"}, None),
        ({"state": "Aborted", "numberRecordsProcessed": 200}, None),
        ({"state": "Aborted"}, "somebody aborted Bulk job 750 before it began. Ask who did"),
        ({"state": "Failed", "errorMessage": "InvalidBatch : Field name not found : Tier__c"}, None),
        ({"state": "Failed", "errorMessage": "ExceededQuota : ApiBatchItems Limit exceeded."}, "ApiBatchItems Limit"),
    ],
)
def test_a_bulk_job_that_was_stopped_is_not_gone_around(ended: dict[str, Any], words: str | None) -> None:
    stop = stopped("750", ended)
    assert stop is None if words is None else words in str(stop)
