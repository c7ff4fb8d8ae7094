"""What counts as a value of a type."""

import pytest

from expectations.seeds.cells import type_fault
from expectations.seeds.faults import SeedFault, shorten


@pytest.mark.parametrize(
    ("value", "data_type"),
    [
        ("1", "integer"), ("-7", "bigint"), ("1.5", "double"), ("1e-3", "double"), (".5", "number"),
        ("123.45", "decimal(18,2)"), ("00123.4500", "decimal(5,2)"), ("TRUE", "boolean"), ("false", "boolean"),
        ("2026-02-28", "date"), ("2026-02-28 08:00:00", "timestamp"), ("anything", "text"), ("a|b", "text[]"),
    ],
)  # fmt: skip
def test_values(value: str, data_type: str) -> None:
    assert type_fault(value, data_type) is None


@pytest.mark.parametrize(
    ("value", "data_type"),
    [
        ("1.0", "integer"), ("1,000", "integer"), ("9999999999", "integer"), ("9" * 20, "bigint"), ("nan", "double"),
        ("1,5", "double"), ("5%", "number"), ("1234", "decimal(5,2)"), ("1.234", "decimal(5,2)"),
        ("1e3", "decimal(5,2)"), ("yes", "boolean"), ("1", "boolean"), ("2026-02-30", "date"), ("20260228", "date"),
        ("noon", "timestamp"),
    ],
)  # fmt: skip
def test_what_is_no_value(value: str, data_type: str) -> None:
    assert type_fault(value, data_type) is not None


def test_a_fault_reads_as_one_line() -> None:
    fault = SeedFault("tiers.csv", 4, "tier", "T9\nT8", "is not a tier", "Use T1, T2 or T3.")
    assert str(fault) == "tiers.csv:4 tier 'T9\\nT8': is not a tier; Use T1, T2 or T3."
    assert str(SeedFault("tiers.csv", 0, "", "", "is gone", "bring it back")) == "tiers.csv is gone; bring it back."
    assert shorten("x" * 100) == "x" * 60 + "..."
