"""Questions of our own put to a model that searches the web: typed answers with their address, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ingestion import LoadReport
from ingestion.vendors.rules import Criterion, Rules, Step

from .conftest import Lake
from .enrichment import enrich, land_crm, shipped

CRITERIA = (
    Criterion("has_related_entities", "Does it have two or more related entities?", "flag", "sonar", 0.01),
    Criterion("fleet_size", "How many vehicles does it run?", "number", "sonar", 0.01),
    Criterion("incentive_programme", "Which EV incentive does it offer?", "text", "sonar-pro", 0.02),
)


def asking(*criteria: Criterion) -> Rules:
    """The shipped rules with these criteria."""
    own = {one.name: one.name for one in criteria}
    fields = dict(shipped().fields) | {("research", "accounts"): own}
    steps = tuple(Step("accounts", one.name, 1, "research", one.unit_cost_usd) for one in criteria)
    return replace(shipped(), criteria=criteria, fields=fields, steps=steps)


def research(lake: Lake, *criteria: Criterion) -> LoadReport:
    return enrich(lake, "research", asking(*criteria))


def answers(lake: Lake, columns: str) -> list[tuple[Any, ...]]:
    return lake.rows(f"select {columns} from raw_research.companies order by input_record_id")


def test_each_question_gets_a_typed_answer_with_its_address_or_none(lake: Lake) -> None:
    land_crm(lake)
    kept = "select id from raw_salesforce.accounts order by id limit 10"
    lake.rows(f"update raw_salesforce.accounts set is_deleted = true where id not in ({kept})")
    lake.sandbox.configure("research", calls=1000)
    report = research(lake, *CRITERIA)
    assert 0 < report.rows["companies"] <= 10
    assert report.usage.calls == 3 * report.rows["companies"]
    kinds = {name: kind for name, kind, *_ in lake.rows("describe raw_research.companies")}
    assert [kinds[one.name] for one in CRITERIA] == ["BOOLEAN", "DOUBLE", "VARCHAR"]
    for one in CRITERIA:
        found = answers(lake, f"{one.name}, {one.name}_source_url, observed_at, match_status")
        known = [row for row in found if row[0] is not None]
        assert 0 < len(known) < len(found)
        assert all(row[1].startswith("https://") and row[2] is not None for row in known)
        assert {row[1] for row in found if row[0] is None} == {None}
    spent = lake.rows("select sum(credits), count(*) from ops.credit_ledger where vendor = 'research'")
    assert spent[0] == (report.usage.calls, report.rows["companies"])

    again = research(lake, *CRITERIA)
    assert (again.rows, again.usage.calls) == ({}, 0)
    reworded = replace(CRITERIA[0], question="Is it part of a group?")
    assert research(lake, reworded).usage.calls == report.rows["companies"]
    assert research(lake).usage.calls == 0


def test_what_is_no_answer_is_a_miss(lake: Lake) -> None:
    land_crm(lake)
    lake.rows("update raw_salesforce.accounts set is_deleted = true where name <> 'Company 5 Inc'")
    lake.sandbox.fault("research", kind="garble", path="completions", count=1)
    research(lake, CRITERIA[2])
    lake.sandbox.clear_faults()
    research(lake, CRITERIA[2])
    assert answers(lake, "match_status in ('ANSWERED', 'NO_ANSWER')") == [(True,)]
