"""dbt's tests as one check per table: nothing a test says is lost in it."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.alerts import of_run
from orchestration.assets import dbt_tests
from orchestration.outcomes import NodeOutcome

TIERS, SCORES, UNIQUE, ALIKE, LATE = (
    "model.m.account_tiers",
    "model.m.account_scores",
    "test.m.unique_tiers.1",
    "test.m.tiers_alike.2",
    "test.m.tiers_have_scores.3",
)


def node(unique_id: str, depends_on: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    kind, _, name = unique_id.split(".")[:3]
    place = {"schema": "marts", "alias": name, "resource_type": kind, "name": name}
    return {**place, "depends_on": {"nodes": list(depends_on)}, "config": {"severity": "error"}, **properties}


MANIFEST = {
    "sources": {},
    "nodes": {
        TIERS: node(TIERS),
        SCORES: node(SCORES, (TIERS,)),
        UNIQUE: node(UNIQUE, (TIERS,), attached_node=TIERS),
        ALIKE: node(ALIKE, (TIERS,), config={"severity": "WARN"}),
        LATE: node(LATE, (TIERS, SCORES)),
    },
}


def outcome(unique_id: str, status: str = "pass") -> NodeOutcome:
    message = "" if status == "pass" else f"2 failing rows of {unique_id}"
    return NodeOutcome(unique_id, status, 0 if status == "pass" else 2, 0.1, message)


def tables() -> list[dbt_tests.TableTests]:
    return dbt_tests.of_stage(MANIFEST, [UNIQUE, ALIKE, LATE], {TIERS, SCORES}, "build")


def problems(*outcomes: NodeOutcome) -> tuple[set[tuple[str, str]], frozenset[str]]:
    checks = [check for check in tables() if check.spec.asset_key.path[-1] == "account_tiers"]

    @dg.multi_asset(
        specs=[dg.AssetSpec(["marts", "account_tiers"])], check_specs=[check.spec for check in checks], can_subset=True
    )
    def account_tiers() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        yield dg.MaterializeResult(asset_key=["marts", "account_tiers"])
        yield from dbt_tests.results(checks, outcomes, set())

    with dg.DagsterInstance.ephemeral() as instance:
        run = dg.materialize([account_tiers], instance=instance, raise_on_error=False)
        verdicts = of_run(instance, run.run_id)
    return {(problem.key, problem.severity) for problem in verdicts.problems}, verdicts.judged


def test_a_table_has_one_check_for_all_its_tests() -> None:
    found = {check.spec.asset_key.path[-1]: check for check in tables()}
    assert found["account_tiers"].tests == {UNIQUE: "unique_tiers", ALIKE: "tiers_alike"}
    assert found["account_tiers"].spec.blocking
    assert found["account_tiers"].blocking == {UNIQUE}
    late = found["account_scores"]
    assert late.spec.name == "data_tests"
    assert [dep.asset_key.path[-1] for dep in late.spec.additional_deps] == ["account_tiers"]


def test_a_test_that_a_later_part_runs_has_a_check_of_its_own() -> None:
    (early,) = dbt_tests.of_stage(MANIFEST, [UNIQUE], {SCORES}, "build_marts")
    assert early.spec.name == "data_tests_of_build_marts"
    assert early.spec.asset_key.path[-1] == "account_tiers"


def test_each_red_test_is_a_problem_of_its_own_and_each_green_one_ends_it() -> None:
    unique, alike = "check:marts.account_tiers:unique_tiers", "check:marts.account_tiers:tiers_alike"
    red, judged = problems(outcome(UNIQUE, "fail"), outcome(ALIKE))
    assert red == {(unique, "error")}
    assert {unique, alike} <= judged
    assert problems(outcome(UNIQUE), outcome(ALIKE, "warn"))[0] == {(alike, "warning")}
    assert problems(outcome(UNIQUE, "fail"), outcome(ALIKE, "warn"))[0] == {(unique, "error"), (alike, "warning")}


def test_a_test_that_did_not_run_says_nothing() -> None:
    red, judged = problems(outcome(UNIQUE))
    assert not red
    assert "check:marts.account_tiers:tiers_alike" not in judged


def test_a_red_check_says_everything_about_each_test() -> None:
    (result,) = dbt_tests.results(tables()[:1], [outcome(UNIQUE, "fail"), outcome(ALIKE, "warn")], set())
    assert result.severity is dg.AssetCheckSeverity.ERROR
    assert result.description is not None
    assert [line.partition(": ")[2].partition(" failed")[0] for line in result.description.splitlines()] == [
        "dbt test tiers_alike",
        "dbt test unique_tiers",
    ]
    assert result.metadata["failing_rows"].value == 4
    (mild,) = dbt_tests.results(tables()[:1], [outcome(UNIQUE), outcome(ALIKE, "warn")], {UNIQUE})
    assert mild.severity is dg.AssetCheckSeverity.WARN
    assert mild.metadata["tests"].value == {"unique_tiers": "passed before on these rows", "tiers_alike": "warn"}
