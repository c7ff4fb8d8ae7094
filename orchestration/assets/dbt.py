"""dbt's seeds, models and tests as assets and checks, one definition for each part of the build (see `stages`).

Dagster would split one definition by itself, into as many invocations as there are distances from a root.
"""

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dagster as dg

from orchestration import keys, stages, warehouse
from orchestration.assets import dbt_tests
from orchestration.building import build_changed, check_changed
from orchestration.outcomes import NodeOutcome, raise_for_failures, told
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.dbt")

_STEPS = ("prepare_records", "build_marts", "conclude")
_BUILT = frozenset({"model", "seed", "snapshot"})
Event = dg.MaterializeResult[None] | dg.AssetCheckResult


def spec_of(manifest: Mapping[str, Any], unique_id: str) -> dg.AssetSpec:
    """The asset of a seed, snapshot or model: what dbt's manifest says of it, with key, group and owner by `keys`."""
    node = manifest["nodes"][unique_id]
    parents = [keys.dbt(keys.dbt_node(manifest, parent)) for parent in manifest["parent_map"][unique_id]]
    key = keys.dbt(node)
    columns = [
        dg.TableColumn(name, type=column["data_type"] or "?", description=column["description"] or None)
        for name, column in node["columns"].items()
    ]
    return dg.AssetSpec(
        key,
        deps=parents or [keys.PREFLIGHT],  # which validates the seeds
        description=node["description"].strip(),
        group_name=keys.dbt_group(node),
        owners=[keys.layer(key).owner],
        kinds={"dbt", "duckdb"},
        code_version=node["checksum"]["checksum"],
        metadata={
            "dagster/table_name": keys.table_name(key),
            "dbt/materialized": node["config"]["materialized"],
            **({"dagster/column_schema": dg.TableSchema(columns)} if columns else {}),
        },
        skippable=True,  # of a run that fails, what was built is told
    )


def models(settings: Settings, transformation: Transformation) -> list[dg.AssetsDefinition]:
    """Every seed, snapshot and model with its data tests; dbt's unit tests belong to `make test`."""
    stage_of = stages.of_nodes(transformation.manifest)
    return [
        _invocation(settings, transformation, name, {node for node, stage in stage_of.items() if stage == number})
        for number, name in enumerate(_STEPS)
    ]


def _invocation(
    settings: Settings, transformation: Transformation, name: str, members: set[str]
) -> dg.AssetsDefinition:
    nodes = transformation.manifest["nodes"]
    specs = {
        unique_id: spec_of(transformation.manifest, unique_id)
        for unique_id in sorted(members)
        if nodes[unique_id]["resource_type"] in _BUILT
    }
    tests = [unique_id for unique_id in members if nodes[unique_id]["resource_type"] == "test"]
    checks = dbt_tests.of_stage(transformation.manifest, tests, set(specs), name)

    @dg.multi_asset(
        name=name,
        specs=list(specs.values()),
        check_specs=[check.spec for check in checks],
        can_subset=True,
        allow_arbitrary_check_specs=True,
    )
    def build(context: dg.AssetExecutionContext, run: ActiveRun) -> Iterator[Event]:
        assets = {node: spec for node, spec in specs.items() if spec.key in context.selected_asset_keys}
        chosen = [check for check in checks if check.spec.key in context.selected_asset_check_keys]
        tests = [test for check in chosen for test in check.tests]
        done = 0

        def progress(node: str) -> None:
            nonlocal done
            done += 1
            LOG.debug("dbt: %d of %d: %s", done, len(assets) + len(tests), node)

        stale, built = build_changed(settings, transformation, assets, full_refresh=run.full_refresh, finished=progress)
        early = {node: transformation.built_ahead.pop(node) for node in assets if node in transformation.built_ahead}
        good = early | {outcome.unique_id: outcome for outcome in built if outcome.succeeded}
        current = transformation.in_order({*good, *(set(assets) - stale)})
        with ThreadPoolExecutor(1, thread_name_prefix="tests") as side:  # while Dagster takes down what was built
            tests = [] if any(outcome.failed for outcome in built) else tests
            checking = side.submit(check_changed, settings, transformation, tests, finished=progress)
            yield from _materialisations(settings, {unique_id: assets[unique_id] for unique_id in current}, good)
            raise_for_failures(built)
            tested, passed = checking.result()
        yield from dbt_tests.results(chosen, tested, passed)
        dbt_tests.record(settings, context.run_id, chosen, tested)
        for outcome in tested:
            if outcome.status == "warn":
                LOG.warning("%s", told(outcome))
        raise_for_failures(tested)
        ran = f"{len(tested)} tests" + (f", {len(passed)} on unchanged rows" if passed else "")
        while_landing = f", {len(early)} of them during the landing" if early else ""
        what = f"{len(good)} built{while_landing}, {len(assets) - len(good)} unchanged, {ran}"
        LOG.info("dbt: %s: %s", name.replace("_", " "), what)

    return build


def _materialisations(
    settings: Settings, assets: Mapping[str, dg.AssetSpec], built: Mapping[str, NodeOutcome]
) -> Iterator[Event]:
    """Each of `assets`, parents first as Dagster wants them, with seconds and change of those that were `built`."""
    counts = warehouse.row_counts(settings.warehouse, [keys.table_name(spec.key) for spec in assets.values()])
    for unique_id, spec in assets.items():
        rows, outcome = counts.get(keys.table_name(spec.key), 0), built.get(unique_id)
        yield dg.MaterializeResult(
            asset_key=spec.key,
            metadata={
                "dagster/row_count": rows,
                "row_change": rows - outcome.rows_before if outcome else 0,
                "seconds": outcome.seconds if outcome else 0.0,
                "unchanged": outcome is None,
            },
        )
