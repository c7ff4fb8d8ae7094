"""The shipped flow against the handbook's rules, and what happens to the table when a rule is taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.integration.dbt_project.project import PROJECT
from tests.integration.dbt_rules.routing import Compiled, Organisation
from tests.integration.dbt_rules.routing_cases import ANY_SDR, CASES, SWEEP, Case

PEOPLE_OF = {ANY_SDR: {"sdr_us_1", "sdr_us_2"}, "an AE": {"ae_1", "ae_2"}}
MAPPED = {
    "routing_map": "owner_map", "rule_id": "mapped", "priority": 2, "condition_number": 1,
    "attribute": "account_domain", "operator": "equals", "value": "mapped.com",
    "assignee_kind": "user", "assignee": "ae_1@example.com", "description": "For the test",
}  # fmt: skip
# One catches what cannot happen while everybody is there (test_routing_turns), the other says why nothing was moved,
# which the sweep does not log; the validator refuses a flow without it.
UNREACHED = {"public_sector_queue", "sweep_untouched"}


class Table:
    """All cases of a truth table, routed in one run of a statement that is planned once."""

    def __init__(self, compiled: Compiled, cases: Sequence[Case]) -> None:
        self.cases = cases
        self.organisation = Organisation(compiled, PROJECT)
        self.organisation.seed("routing_maps", MAPPED)
        for number, case in enumerate(cases):
            lead = {"lead_id": f"L{number:03}", **case.lead}
            self.organisation.receive(lead)
            if case.before is not None:
                key = "1" if case in SWEEP else "0"
                self.organisation.fill("marts.fct_routing_decisions", [_logged(lead["lead_id"], key, case.before)])
        self.organisation.connection.commit()

    def wrong(self) -> list[str]:
        """The cases that do not come to what they must, with what they came to."""
        answer = self.organisation.connection.execute("execute routed")
        names = [column[0] for column in answer.description]
        found = {row[names.index("lead_id")]: dict(zip(names, row, strict=True)) for row in answer.fetchall()}
        return [
            f"{case.name}: {found.get(f'L{number:03}')}"
            for number, case in enumerate(self.cases)
            if not _is_as_it_must(case, found.get(f"L{number:03}"))
        ]

    def without(self, *statements: str) -> list[str]:
        """The wrong cases once the statements have changed the seeds, which are then put back."""
        connection = self.organisation.connection
        connection.begin()
        for statement in statements:
            connection.execute(statement)
        try:
            return self.wrong()
        finally:
            connection.rollback()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.organisation.connection.execute(query).fetchall()


def _logged(lead_id: str, change_key: str, before: Any) -> dict[str, Any]:
    return {
        "decision_id": lead_id,
        "lead_id": lead_id,
        "change_key": change_key,
        "is_held": False,
        "decided_at": "2026-01-05 09:00:00",
        **before,
    }


def _is_as_it_must(case: Case, decision: dict[str, Any] | None) -> bool:
    if decision is None:
        return case.outcome == "untouched"
    to = decision["owner_id"] or decision["queue"]
    return (
        decision["outcome"] == case.outcome
        and (to == case.to or to in PEOPLE_OF.get(case.to or "", ()))
        and (case.reason is None or decision["reason"] == case.reason)
        and decision["field_values"] == case.sets
        and decision["is_warning"] == case.warns
    )


@pytest.fixture(scope="module")
def table(compiled: Compiled) -> Table:
    return Table(compiled, CASES)


@pytest.fixture(scope="module")
def sweep(compiled_sweep: Compiled) -> Table:
    return Table(compiled_sweep, SWEEP)


def test_every_case_of_the_handbook_comes_to_what_it_must(table: Table) -> None:
    assert table.wrong() == []


def test_each_lead_ends_in_one_outcome_with_the_section_that_decided_it(table: Table) -> None:
    organisation = table.organisation
    organisation.connection.begin()
    decided = organisation.route()
    organisation.connection.rollback()
    assert sorted(row["lead_id"] for row in decided) == [f"L{number:03}" for number in range(len(CASES))]
    sections = dict(table.rows("select distinct node, section from seeds.routing_nodes where flow_version = 'v1'"))
    assert {row["node"]: row["section"] for row in decided}.items() <= sections.items()
    found = {row["section"] for row in decided}
    assert found == {"validation", "matched", "unmatched", "queue", "partner", "public_sector"}


def test_the_weekly_sweep_moves_five_statuses_and_nothing_else(sweep: Table) -> None:
    assert sweep.wrong() == []


def test_a_second_sweep_changes_nothing(sweep: Table) -> None:
    connection = sweep.organisation.connection
    connection.begin()
    assert len(sweep.organisation.route()) == 5
    assert sweep.organisation.route() == []
    connection.rollback()


def test_the_marketing_system_is_told_what_its_nodes_decide_and_nothing_else(table: Table) -> None:
    organisation = table.organisation
    organisation.connection.begin()
    organisation.connection.execute(
        "update seeds.routing_nodes set activation_target = 'map' where node in ('outbound_tier_3', 'do_not_route')"
    )
    found = {(row["node"], row["activation_target"]) for row in organisation.route()}
    organisation.connection.rollback()
    assert {node for node, target in found if target == "map"} == {"outbound_tier_3", "do_not_route"}
    assert {node for node, target in found if target == "crm"} >= {"country", "account_bdr", "status_queue"}


def test_each_node_is_missed_when_it_is_taken_out(table: Table, sweep: Table) -> None:
    kept = [node for node, *rest in _nodes(table) if not _misses(table, sweep, *_removal(node, *rest))]
    assert set(kept) == UNREACHED


@pytest.mark.full
def test_each_row_is_missed_when_it_is_taken_out(table: Table, sweep: Table) -> None:
    kept = [statement for statement in _row_removals(table) if not _misses(table, sweep, statement)]
    assert kept == []


def _misses(table: Table, sweep: Table, *statements: str) -> bool:
    return bool(table.without(*statements) or sweep.without(*statements))


def _nodes(table: Table) -> list[tuple[str, str | None]]:
    return table.rows(
        "select node, any_value(otherwise) from seeds.routing_nodes where flow_version = 'v1'"
        " group by node order by min(position)"
    )


def _removal(node: str, otherwise: str | None) -> Sequence[str]:
    """Take a node out as an editor would: whoever led to it leads to what followed it."""
    following = "null" if otherwise is None else f"'{otherwise}'"
    return (
        f"update seeds.routing_nodes set otherwise = {following} where otherwise = '{node}'",
        f"update seeds.routing_nodes set on_match = {following} where on_match = '{node}'",
        f"delete from seeds.routing_nodes where node = '{node}'",
    )


def _row_removals(table: Table) -> Iterator[str]:
    for node, number in table.rows(
        "select node, condition_number from seeds.routing_nodes where flow_version = 'v1'"
        " qualify count(*) over (partition by node) > 1 order by all"
    ):
        yield f"delete from seeds.routing_nodes where node = '{node}' and condition_number = {number}"
    for routing_map, rule in table.rows(
        "select distinct routing_map, rule_id from seeds.routing_maps"
        " where rule_id not in ('example_customers', 'apac') order by all"
    ):
        yield f"delete from seeds.routing_maps where routing_map = '{routing_map}' and rule_id = '{rule}'"
    for rotation in ("sdr_americas", "sdr_emea", "us_public_sector", "account_executives"):
        yield f"delete from seeds.routing_rotations where rotation = '{rotation}'"
