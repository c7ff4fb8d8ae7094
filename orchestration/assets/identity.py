"""Identity: which source records are one company or one person."""

from collections.abc import Iterator

import dagster as dg

from orchestration import keys
from orchestration.assets.learnt import materialised, specs_of
from orchestration.resources import ActiveRun
from orchestration.settings import Settings


def identities(settings: Settings) -> dg.AssetsDefinition:
    """The tables of ml/identity, written together from the company and person records."""
    tables = {keys.identity(table): description for table, description in keys.IDENTITY_TABLES.items()}
    specs = specs_of(tables, keys.IDENTITY_INPUTS, frozenset({"python", "duckdb"}))

    @dg.multi_asset(name="resolve_identity", specs=specs)
    def resolve_identity(run: ActiveRun) -> Iterator[dg.MaterializeResult[None]]:
        from orchestration import identities

        identities.resolve(settings, full_refresh=run.full_refresh)
        yield from materialised(settings, specs)

    return resolve_identity
