"""dbt's data tests as asset checks: one check for all tests of a table, because each event costs a run 15 ms.

What each test found stands in the check's metadata, in its description when it is red, and as a row in `ops.checks`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration import keys, warehouse
from orchestration.outcomes import NodeOutcome, told
from orchestration.settings import Settings


@dataclass(frozen=True)
class TableTests:
    """The check of one table in one part of the build, and its tests: dbt's unique ids and names."""

    spec: dg.AssetCheckSpec
    tests: Mapping[str, str]
    blocking: frozenset[str]  # those that stop the run when they are red


def of_stage(manifest: Mapping[str, Any], unique_ids: Iterable[str], built: set[str], step: str) -> list[TableTests]:
    """The checks of a step that runs the tests `unique_ids` and builds the nodes `built`."""
    tables: dict[str, list[str]] = defaultdict(list)
    for unique_id in sorted(unique_ids):
        tables[_table(manifest, unique_id, built)].append(unique_id)
    return [_check(manifest, table, tests, step if table not in built else "") for table, tests in tables.items()]


def _table(manifest: Mapping[str, Any], test: str, built: set[str]) -> str:
    """The node that the test is about: dbt says it of generic tests; of others it is what the step builds itself."""
    node = manifest["nodes"][test]
    depends_on: list[str] = node["depends_on"]["nodes"]
    attached: str | None = node.get("attached_node")
    return attached or next((name for name in reversed(depends_on) if name in built), depends_on[-1])


def _check(manifest: Mapping[str, Any], table: str, tests: list[str], step: str) -> TableTests:
    nodes = manifest["nodes"]
    names = {test: str(nodes[test]["name"]) for test in tests}
    blocking = frozenset(test for test in tests if nodes[test]["config"]["severity"].lower() == "error")
    parents = {parent for test in tests for parent in nodes[test]["depends_on"]["nodes"]}
    others = {keys.dbt(keys.dbt_node(manifest, parent)) for parent in parents}
    asset = keys.dbt(keys.dbt_node(manifest, table))
    spec = dg.AssetCheckSpec(
        # A test may compare a table with one of a later part of the build: the later part runs it.
        name=f"data_tests_of_{step}" if step else "data_tests",
        asset=asset,
        description="\n".join(f"- {name}" for name in names.values()),
        additional_deps=sorted(others - {asset}),
        blocking=bool(blocking),
        metadata={"tests": len(tests)},
    )
    return TableTests(spec, names, blocking)


def results(
    checks: Iterable[TableTests], outcomes: Iterable[NodeOutcome], passed_before: set[str]
) -> Iterator[dg.AssetCheckResult]:
    """The outcome of each table's tests; those in `passed_before` were not run again on rows that are the same."""
    found = {outcome.unique_id: outcome for outcome in outcomes}
    for check in checks:
        outcome_of = {name: found[test] for test, name in check.tests.items() if test in found}
        red = {name: outcome for name, outcome in outcome_of.items() if not outcome.succeeded}
        yield dg.AssetCheckResult(
            asset_key=check.spec.asset_key,
            check_name=check.spec.name,
            passed=not red,
            severity=_worst(red.values()),
            description="\n".join(_sentence(check, outcome) for outcome in red.values()) or None,
            metadata={
                "tests": dg.MetadataValue.json(
                    {name: _word(outcome, passed_before) for name, outcome in outcome_of.items()}
                ),
                "red": dg.MetadataValue.json(
                    {
                        name: {
                            "severity": _severity(outcome).value,
                            "line": _sentence(check, outcome),
                            "owner": _owner(check, outcome),
                        }
                        for name, outcome in red.items()
                    }
                ),
                "failing_rows": sum(outcome.failures for outcome in red.values()),
            },
        )


def record(settings: Settings, run_id: str, checks: Iterable[TableTests], outcomes: Iterable[NodeOutcome]) -> None:
    """A row of `ops.checks` for each test."""
    place = {test: (check, name) for check in checks for test, name in check.tests.items()}
    rows = [
        warehouse.Check(
            suite="dbt",
            check_name=name,
            table_name=keys.table_name(check.spec.asset_key),
            severity=_severity(outcome).value.lower(),
            is_blocking=outcome.unique_id in check.blocking,
            is_passed=outcome.succeeded,
            observed=outcome.message or None,
            unexpected_count=outcome.failures,
        )
        for outcome in outcomes
        for check, name in [place[outcome.unique_id]]
    ]
    warehouse.record_checks(settings.warehouse, run_id, rows)


def _word(outcome: NodeOutcome, passed_before: set[str]) -> str:
    if outcome.unique_id in passed_before:
        return "passed before on these rows"
    return "passed" if outcome.succeeded else outcome.status


def _sentence(check: TableTests, outcome: NodeOutcome) -> str:
    return f"{keys.table_name(check.spec.asset_key)}: {told(outcome)}"


def _owner(check: TableTests, outcome: NodeOutcome) -> str:
    return outcome.owner or keys.layer(check.spec.asset_key).owner


def _severity(outcome: NodeOutcome) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.WARN if outcome.status == "warn" else dg.AssetCheckSeverity.ERROR


def _worst(red: Iterable[NodeOutcome]) -> dg.AssetCheckSeverity:
    severities = {_severity(outcome) for outcome in red}
    return dg.AssetCheckSeverity.WARN if severities == {dg.AssetCheckSeverity.WARN} else dg.AssetCheckSeverity.ERROR
