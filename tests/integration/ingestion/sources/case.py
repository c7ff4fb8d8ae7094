"""One source as the suite over every resource sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from ingestion.naming import column_names
from tests.integration.conftest import RunningSandbox
from tests.integration.ingestion.conftest import Lake


@dataclass(frozen=True)
class Resource:
    """A raw table and what it must equal.

    `truth` is SQL over the sandbox's data as they are now, its columns named as in the raw table; `{columns}` in it
    stands for all columns of `of` (a table of the sandbox) under their raw names. `live` says which landed rows are
    held against it: a deleted record stays as a fact where the source does not keep it. `brings` is how many rows a
    load lands after the case's edits.
    """

    table: str
    truth: str
    of: str = ""
    live: str = "true"
    brings: int = 0
    names: Mapping[str, str] = field(default_factory=dict)

    def sql(self, sandbox: RunningSandbox) -> str:
        """`truth` with its columns."""
        if not self.of:
            return self.truth
        present = sandbox.query(f"select * from {self.of} limit 0").column_names
        named = column_names(present) | dict(self.names)
        return self.truth.format(columns=", ".join(f'"{name}" as {named[name]}' for name in present))


class Step(Protocol):
    """Something done to the sandbox or the warehouse."""

    def __call__(self, lake: Lake) -> None:
        """Do it."""


def nothing(lake: Lake) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class SourceCase:
    """A source's resources and the steps of the suite.

    - `prepare` runs before the first load; `edit` changes, adds and deletes rows of every resource;
    - `drift` adds a column and changes the type of another, `drifted` are the types in the warehouse after it;
    - `data` is a regular expression of the paths that carry rows; after `stops_after` such calls there is one more;
    - `moving` fills a resource beyond one page and lets rows come and go between two of them; what comes behind the
      reader may need a second load (`moving_loads`);
    - `skip` holds what does not exist at this source, and why (name of a fault or step -> reason).
    """

    source: str
    credentials: Callable[[Mapping[str, str]], Any]
    resources: tuple[Resource, ...]
    edit: Step
    data: str
    drift: Step = nothing
    drifted: Mapping[str, str] = field(default_factory=dict)
    prepare: Step = nothing
    moving: Step = nothing
    moving_loads: int = 1
    options: Callable[[], Any] | None = None
    stops_after: int = 1
    skip: Mapping[str, str] = field(default_factory=dict)

    def load(self, lake: Lake, **settings: Any) -> Any:
        """Load the source as the case wants it."""
        options = self.options() if self.options else None
        return lake.load(
            self.source, credentials=self.credentials(lake.sandbox.env), **{"options": options, **settings}
        )

    def differences(self, lake: Lake) -> dict[str, list[tuple[Any, ...]]]:
        """Rows that a raw table and the sandbox do not share, by table; a few of each, marked by who has them."""
        found = {}
        for resource in self.resources:
            truth = lake.sandbox.query(resource.sql(lake.sandbox))
            rows = _difference(lake, f"raw_{self.source}.{resource.table}", truth, resource.live)
            if rows:
                found[resource.table] = rows
        return found


def _difference(lake: Lake, raw: str, truth: pa.Table, live: str) -> list[tuple[Any, ...]]:
    columns = ", ".join(f'"{name}"' for name in truth.column_names)
    landed = f"select {columns} from {raw} where {live}"
    with duckdb.connect(str(lake.warehouse)) as connection:
        connection.register("truth", truth)
        return connection.execute(
            f"""select 'source' as side, * from (select {columns} from truth except all ({landed}))
            union all select 'warehouse', * from (({landed}) except all select {columns} from truth) limit 5"""
        ).fetchall()
