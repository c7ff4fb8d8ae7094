"""What the assets of the ML rooms share: tables that one step writes together, each with its rows counted."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from orchestration import keys, warehouse
from orchestration.settings import Settings


def specs_of(
    tables: Mapping[dg.AssetKey, str], deps: Sequence[dg.AssetKey], kinds: frozenset[str]
) -> list[dg.AssetSpec]:
    """A spec for each table and its description."""
    return [
        dg.AssetSpec(
            key,
            deps=list(deps),
            description=description,
            group_name=keys.layer(key).group,
            owners=[keys.layer(key).owner],
            kinds=set(kinds),
            metadata={"dagster/table_name": keys.table_name(key)},
        )
        for key, description in tables.items()
    ]


def materialised(
    settings: Settings, specs: Sequence[dg.AssetSpec], **told: str
) -> Iterator[dg.MaterializeResult[None]]:
    """Every table with its rows; `told` stands with each of them."""
    counts = warehouse.row_counts(settings.warehouse, [keys.table_name(spec.key) for spec in specs])
    for spec in specs:
        yield dg.MaterializeResult(
            asset_key=spec.key, metadata={"dagster/row_count": counts.get(keys.table_name(spec.key), 0), **told}
        )
