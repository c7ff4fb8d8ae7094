"""Results worded for people."""

from expectations.checks import Check, Frame, Measure, profile
from expectations.results import CheckResult, Severity, SuiteResult


def _check(name: str, *, success: bool, severity: Severity = "error", blocking: bool = True) -> CheckResult:
    return CheckResult(
        name, "raw.accounts", severity, blocking, success, "3", "none", 3, ("a", "b"), "data", "repair the source"
    )


def test_the_summary_puts_the_gravest_first() -> None:
    checks = [
        _check("fine", success=True),
        _check("odd", success=False, severity="warning", blocking=False),
        _check("wrong", success=False, blocking=False),
        _check("fatal", success=False),
    ]
    result = SuiteResult("raw", success=False, checks=checks)
    assert result.blocked
    assert result.summary().splitlines() == [
        "raw: 1 of 4 checks passed, 2 failed, 1 warned",
        "STOP     raw.accounts fatal: 3 (for example a, b); expected none. data: repair the source",
        "error    raw.accounts wrong: 3 (for example a, b); expected none. data: repair the source",
        "warning  raw.accounts odd: 3 (for example a, b); expected none. data: repair the source",
    ]
    assert checks[0].line() == "ok       raw.accounts fine: 3"


def test_a_frame_knows_what_it_lacks() -> None:
    measure = Measure("rows", "count(*)", "some", "There are rows", "load", columns=("id",), extra=("ops.runs.at",))
    frame = profile("raw.accounts", "data", (measure,))
    assert frame.missing({}) == ["ops.runs", "raw.accounts"]
    assert frame.missing({"raw.accounts": frozenset(), "ops.runs": frozenset({"at"})}) == ["raw.accounts.id"]
    assert frame.missing({"raw.accounts": frozenset({"id"}), "ops.runs": frozenset({"at"})}) == []


def test_bounds_may_include_or_exclude() -> None:
    inclusive = Measure("m", "1", "", "", "", low=1, high=2).check("x").arguments
    assert inclusive == {"column": "m", "min_value": 1, "max_value": 2, "strict_min": False, "strict_max": False}
    strict = Measure("m", "1", "", "", "", above=1, below=2).check("x").arguments
    assert strict == {"column": "m", "min_value": 1, "max_value": 2, "strict_min": True, "strict_max": True}
    assert isinstance(Measure("m", "1", "", "", "").check("x"), Check)
    assert isinstance(profile("a.b", "x", (Measure("m", "1", "", "", ""),)), Frame)
