"""What people go through around going live, by the ids of the catalogue; `python -m` this writes docs/test_plan.md."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from expectations.checks import DeclaredCheck
from expectations.runner import declared
from expectations.suites import SUITES

PAGE = Path(__file__).parents[3] / "docs" / "test_plan.md"
QA_CHECKLIST = {
    "all data pushed": {"DQ-01", "RET-12"},
    "no corporate value over branch data": {"DQ-02", "RET-07"},
    "tier distribution reasonable": {"DQ-04"},
    "account volume per rep": {"ICP-21"},
    "credits within budget": {"ENR-10"},
    "field mapping and picklists": {"DQ-05", "RET-08"},
    "contact duplicates prevented": {"IDN-05"},
    "records reviewed by hand": {"DQ-06", "RET-11"},
    "no duplicates": {"IDN-06"},
    "distribution as expected": {"DQ-07"},
    "valuation realistic": {"DQ-03", "VAL-08"},
    "territories equitable at launch": {"DQ-08"},
    "accepted before going live": {"DQ-23"},
}
MAINTENANCE = {
    "incremental enrichment": {"ENR-21"},
    "credit monitoring": {"ENR-10"},
    "CRM data quality": {"DQ-09"},
    "account refresh": {"RTE-35"},
    "leads fail to come": {"RTE-29"},
    "persona coverage": {"PER-08"},
    "persona enrichment": {"PER-09"},
    "provider optimisation": {"ENR-19"},
    "refinement after the first cycle": {"RPT-28", "DQ-10"},
    "T3 wins more than T1": {"DQ-10"},
    "T2 wins more than T1": {"ICP-23"},
    "business change": {"DQ-12"},
    "one territory twice another": {"DQ-11"},
    "twice a year": {"DQ-13", "VAL-12", "RTE-34"},
    "check-in prepared": {"DQ-14"},
    "target accounts complete and fresh": {"DQ-15"},
    "corrections, conflicts and unknown labels": {"DQ-22"},
}
ITEMS = {**QA_CHECKLIST, **MAINTENANCE}
_BEGIN = """\
# Test plan around going live

What is tested before and after going live, and the checks that do it (written by
`python -m tests.integration.expectations.catalogue` from the suites in `expectations/suites/`; a test compares). Those
of a sync run before it, while it is on; all others with every `marketmap run`. Their results stand in `marketmap ui` on
the asset named, in `marketmap status` and in `ops.check_results`. Each has a fixture that turns it red and one that
turns it green (`tests/integration/expectations`).
"""
_END = """
## Your own additions

What scoping brings up becomes a check as these are: one `Measure` or `Check` in a suite and one line that turns it red
(`expectations/README.md`). What only a person can judge is a row of `dbt_project/seeds/qa_reviews.csv` (records looked
at in the CRM) or of `maintenance_log.csv` (who accepted, when): the checks `records_reviewed` and
`signed_off_before_going_live` read them.
"""


def page() -> str:
    """The page."""
    return "".join(
        [_BEGIN, *_table("Before and after going live", QA_CHECKLIST), *_table("From then on", MAINTENANCE), _END]
    )


def _table(title: str, items: Mapping[str, set[str]]) -> Iterator[str]:
    yield f"\n## {title}\n\n| what | ids | checks | stops | owner |\n|---|---|---|---|---|\n"
    checks = [(suite, check) for suite in SUITES for check in declared(suite)]
    for item, ids in items.items():
        found = [(suite, check) for suite, check in checks if ids & set(check.requirements)]
        names = ", ".join(f"`{check.name}` ({suite})" for suite, check in found)
        owners = ", ".join(sorted({check.owner for _, check in found}))
        yield f"| {item} | {', '.join(sorted(ids))} | {names} | {_stops(check for _, check in found)} | {owners} |\n"


def _stops(checks: Iterator[DeclaredCheck]) -> str:
    return "the sync" if any(check.blocking and check.severity == "error" for check in checks) else "nothing"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
