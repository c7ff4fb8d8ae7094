"""GX suites as asset checks, one per expectation.

A blocking check that fails with severity error stops what depends on its table. The checks of a landing suite stand on
the raw tables that they judge, so a red one stops the build. Those of a gate all stand on the sync's model, whichever
table they judge, so a red one stops that sync and only that.
"""

import logging
from collections.abc import Callable, Iterator

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
        LOG.debug("checks: %s", name)
        result = runner.run(name, settings.warehouse)
        warehouse.record_checks(
            settings.warehouse, context.op_execution_context.run_id, [_row(name, check) for check in result.checks]
        )
        failed = [check for check in result.checks if not check.success]
        LOG.info("checks: %s, %d of %d passed", name, len(result.checks) - len(failed), len(result.checks))
        for check in failed:
            LOG.warning("%s", sentence(check))
        for check in result.checks:
            yield dg.AssetCheckResult(
                asset_key=stands_on(check.table),
                check_name=check.name,
                passed=check.success,
                severity=_severity(check.severity),
                description=None if check.success else sentence(check),
                metadata={
                    "observed": str(check.observed),
                    "expected": str(check.expected),
                    "unexpected": check.unexpected_count or 0,
                    **({"examples": ", ".join(check.examples)} if check.examples else {}),
                    "table": check.table,
                    "owner": check.owner,
                },
            )

    return evaluate


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
        metadata={"owner": check.owner},
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
