"""dbt's seeds, models and tests as assets and checks, in three invocations.

Before identity, after it, and after what is learnt from the built models (source `learnt`). Dagster would split one
definition by itself, into as many invocations as there are distances from a root; three definitions are three.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration import keys, warehouse
from orchestration.build_memory import LEARNT
from orchestration.building import build_changed, check_changed
from orchestration.outcomes import NodeOutcome, raise_for_failures, told
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from orchestration.transformation import Transformation

with warnings.catch_warnings():  # dagster-dbt asks for sqlglot's Rust tokenizer, which announces its successor
    warnings.simplefilter("ignore", DeprecationWarning)
    from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets

LOG = logging.getLogger("marketmap.dbt")

_UNIQUE_ID = "dagster_dbt/unique_id"
_AFTER_IDENTITY, _AFTER_LEARNING = (f"source:{source}+" for source in LEARNT)
_UNIT_TESTS = "resource_type:unit_test"
Event = dg.MaterializeResult[None] | dg.AssetCheckResult


class Translator(DagsterDbtTranslator):
    """Names, groups and owners of dbt nodes, from `keys`."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:  # noqa: D102
        return keys.dbt(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:  # noqa: D102
        return keys.dbt_group(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:  # noqa: D102
        return [keys.layer(keys.dbt(dbt_resource_props)).owner]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:  # noqa: D102
        return str(dbt_resource_props.get("description", "")).strip()

    def get_asset_spec(  # noqa: D102
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        if unique_id.startswith("seed."):  # the preflight validates the seeds
            return spec.replace_attributes(deps=[keys.PREFLIGHT])
        return spec


def models(settings: Settings, transformation: Transformation) -> list[dg.AssetsDefinition]:
    """Every seed, snapshot and model with its data tests; dbt's unit tests belong to `make test`."""
    return [
        _invocation(
            settings,
            transformation,
            "prepare_records",
            exclude=f"{_AFTER_IDENTITY} {_AFTER_LEARNING} {_UNIT_TESTS}",
        ),
        _invocation(
            settings,
            transformation,
            "build_marts",
            select=_AFTER_IDENTITY,
            exclude=f"{_AFTER_LEARNING} {_UNIT_TESTS}",
        ),
        _invocation(settings, transformation, "conclude", select=_AFTER_LEARNING, exclude=_UNIT_TESTS),
    ]


def _invocation(
    settings: Settings, transformation: Transformation, name: str, *, exclude: str, select: str = "fqn:*"
) -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=transformation.manifest,
        name=name,
        select=select,
        exclude=exclude,
        dagster_dbt_translator=Translator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True)),
    )
    def build(context: dg.AssetExecutionContext, run: ActiveRun) -> Iterator[Event]:
        assets, checks = _selected(context)
        done = 0

        def progress(node: str) -> None:
            nonlocal done
            done += 1
            LOG.debug("dbt: %d of %d: %s", done, len(assets) + len(checks), node)

        stale, built = build_changed(settings, transformation, assets, full_refresh=run.full_refresh, finished=progress)
        good = {outcome.unique_id: outcome.seconds for outcome in built if outcome.succeeded}
        current = transformation.in_order({*good, *(set(assets) - stale)})
        yield from _materialisations(settings, {unique_id: assets[unique_id] for unique_id in current}, good)
        raise_for_failures(built)
        tested, passed = check_changed(settings, transformation, checks, finished=progress)
        yield from _check_results(checks, tested, passed)
        _record(settings, context.run_id, checks, tested)
        for outcome in tested:
            if outcome.status == "warn":
                LOG.warning("%s", told(outcome))
        raise_for_failures(tested)
        tests = f"{len(tested)} tests" + (f", {len(passed)} on unchanged rows" if passed else "")
        what = f"{len(good)} built, {len(assets) - len(stale)} unchanged, {tests}"
        LOG.info("dbt: %s: %s", name.replace("_", " "), what)

    return build


def _selected(context: dg.AssetExecutionContext) -> tuple[dict[str, dg.AssetSpec], dict[str, dg.AssetCheckSpec]]:
    """This step's tables and tests by dbt's unique id."""
    definition = context.assets_def
    assets = {spec.metadata[_UNIQUE_ID]: spec for spec in definition.specs if spec.key in context.selected_asset_keys}
    checks = {
        str(spec.metadata[_UNIQUE_ID]): spec
        for spec in definition.check_specs
        if spec.metadata and spec.key in context.selected_asset_check_keys
    }
    return assets, checks


def _materialisations(
    settings: Settings, assets: Mapping[str, dg.AssetSpec], built: Mapping[str, float]
) -> Iterator[Event]:
    """Each of `assets`, parents first as Dagster wants them, with the seconds of those that were `built`."""
    counts = warehouse.row_counts(settings.warehouse, [keys.table_name(spec.key) for spec in assets.values()])
    for unique_id, spec in assets.items():
        yield dg.MaterializeResult(
            asset_key=spec.key,
            metadata={
                "dagster/row_count": counts.get(keys.table_name(spec.key), 0),
                "seconds": built.get(unique_id, 0.0),
                "unchanged": unique_id not in built,
            },
        )


def _check_results(
    checks: Mapping[str, dg.AssetCheckSpec], outcomes: list[NodeOutcome], passed: set[str]
) -> Iterator[Event]:
    """The outcome of each test; those in `passed` were not run again on rows that are the same."""
    for outcome in outcomes:
        if outcome.unique_id in checks:
            spec = checks[outcome.unique_id]
            yield dg.AssetCheckResult(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=outcome.succeeded,
                severity=_severity(outcome),
                description=None if outcome.succeeded else f"{keys.table_name(spec.asset_key)}: {told(outcome)}",
                metadata={
                    "failing_rows": outcome.failures,
                    "unchanged": outcome.unique_id in passed,
                    "message": outcome.message,
                    "owner": outcome.owner or keys.layer(spec.asset_key).owner,
                },
            )


def _severity(outcome: NodeOutcome) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.WARN if outcome.status == "warn" else dg.AssetCheckSeverity.ERROR


def _record(
    settings: Settings, run_id: str, checks: Mapping[str, dg.AssetCheckSpec], outcomes: list[NodeOutcome]
) -> None:
    rows = [
        warehouse.Check(
            suite="dbt",
            check_name=checks[outcome.unique_id].name,
            table_name=keys.table_name(checks[outcome.unique_id].asset_key),
            severity=_severity(outcome).value.lower(),
            is_blocking=checks[outcome.unique_id].blocking,
            is_passed=outcome.succeeded,
            observed=outcome.message or None,
            unexpected_count=outcome.failures,
        )
        for outcome in outcomes
    ]
    warehouse.record_checks(settings.warehouse, run_id, rows)
