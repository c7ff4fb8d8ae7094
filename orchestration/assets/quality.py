"""GX suites as asset checks, one per expectation.

A blocking check that fails with severity error stops what depends on its table. The checks of a landing suite stand on
the raw tables that they judge, so a red one stops the build. Those of a gate all stand on the sync's model, whichever
table they judge, so a red one stops that sync and only that. Those of a review judge what the whole run came to, and
stand together on one asset.
"""

import logging
from collections.abc import Callable, Iterator, Sequence

import dagster as dg

from expectations import runner
from expectations.checks import DeclaredCheck
from expectations.results import CheckResult
from expectations.suites import SUITES
from orchestration import keys, warehouse
from orchestration.resources import ActiveRun
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.checks")


def landings(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """The checks of every source that is on and has a suite; systems that are only written to land nothing."""
    return [landing(settings, source) for source in settings.credentials if keys.raw_schema(source) in SUITES]


def landing(settings: Settings, source: str) -> dg.AssetChecksDefinition:
    """The checks of what a source has landed."""
    return _suite(settings, keys.raw_schema(source), lambda table: dg.AssetKey(table.split(".")))


def gate(settings: Settings, model: str) -> dg.AssetChecksDefinition:
    """The checks before the sync of `model`."""
    return _suite(settings, keys.gate_suite(model), lambda _table: keys.model(model))


def _suite(settings: Settings, name: str, stands_on: Callable[[str], dg.AssetKey]) -> dg.AssetChecksDefinition:
    """One suite; its checks run together, because reading a table and starting GX are what costs."""
    specs = [_spec(check, stands_on(check.table)) for check in runner.declared(name)]

    @dg.multi_asset_check(name=f"check_{name}", specs=specs)
    def evaluate(context: dg.AssetCheckExecutionContext, run: ActiveRun) -> Iterator[dg.AssetCheckResult]:
        for check in _evaluated(settings, name, context.op_execution_context.run_id):
            yield _told(check, stands_on(check.table))

    return evaluate


def reviews(settings: Settings, synced: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """What people go through before and after going live, and what must be looked after from then on."""
    return [
        _review(settings, keys.QA_CHECKLIST, "the QA checklist of going live", [keys.PUBLISHED_MARTS, *synced]),
        _review(settings, keys.MAINTENANCE, "the maintenance calendar and its triggers", [keys.PUBLISHED_MARTS]),
    ]


def _review(settings: Settings, key: dg.AssetKey, what: str, deps: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """A suite about the result of the run, as one asset that bears its checks; none of them stops anything."""
    name = key.path[-1]

    asset = dg.AssetSpec(
        key,
        deps=list(deps),
        description=f"One row per check: {what}; each with what was seen, what to do, and who does it.",
        group_name=keys.layer(key).group,
        owners=[keys.layer(key).owner],
        kinds={"python", "duckdb"},
    )

    @dg.multi_asset(
        name=f"review_{name}", specs=[asset], check_specs=[_spec(check, key) for check in runner.declared(name)]
    )
    def judge(context: dg.AssetExecutionContext, run: ActiveRun) -> Iterator[dg.MaterializeResult[None]]:
        found = _evaluated(settings, name, context.run_id)
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={"dagster/row_count": len(found), "red": sum(not check.success for check in found)},
            check_results=[_told(check, key) for check in found],
        )

    return judge


def _evaluated(settings: Settings, name: str, run_id: str) -> list[CheckResult]:
    """Run a suite, keep its results and tell the red ones."""
    LOG.debug("checks: %s", name)
    found = runner.run(name, settings.warehouse).checks
    warehouse.record_checks(settings.warehouse, run_id, [_row(name, check) for check in found])
    failed = [check for check in found if not check.success]
    LOG.info("checks: %s, %d of %d passed", name, len(found) - len(failed), len(found))
    for check in failed:
        LOG.warning("%s", sentence(check))
    return found


def _told(check: CheckResult, asset: dg.AssetKey) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=check.name,
        passed=check.success,
        severity=_severity(check.severity),
        description=None if check.success else sentence(check),
        metadata={
            "observed": str(check.observed),
            "expected": str(check.expected),
            "unexpected": check.unexpected_count or 0,
            **({"examples": ", ".join(check.examples)} if check.examples else {}),
            "remedy": check.remedy,
            "table": check.table,
            "owner": check.owner,
        },
    )


def sentence(check: CheckResult) -> str:
    """Why a check failed, in one line: table, check, what was seen, what was expected, examples, remedy."""
    examples = f", for example {', '.join(map(str, check.examples[:3]))}" if check.examples else ""
    return f"{check.table}: {check.name}: {check.observed}{examples}; expected {check.expected}. {check.remedy}"


def _spec(check: DeclaredCheck, asset: dg.AssetKey) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=check.name,
        asset=asset,
        description=check.description,
        blocking=check.blocking,
        metadata={
            "owner": check.owner,
            **({"requirements": ", ".join(check.requirements)} if check.requirements else {}),
        },
    )


def _severity(severity: str) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if severity == "error" else dg.AssetCheckSeverity.WARN


def _row(suite_name: str, check: CheckResult) -> warehouse.Check:
    return warehouse.Check(
        suite=suite_name,
        check_name=check.name,
        table_name=check.table,
        severity=check.severity,
        is_blocking=check.blocking,
        is_passed=check.success,
        observed=str(check.observed),
        expected=str(check.expected),
        unexpected_count=check.unexpected_count,
    )
