"""A destination on the sandbox, and the shortest way to write to it: one batch, as the engine writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pyarrow as pa

from reverse_etl.destinations import CELLS, OUTCOMES, RECORDS, Batch, Destination, Operation
from tests.integration.conftest import RunningSandbox

_batches = count(1)


@dataclass
class Bench:
    """A destination on the sandbox, and the shortest way to write to it."""

    destination: Destination
    sandbox: RunningSandbox
    object_name: str
    key_field: str | None = None
    remote_ids: dict[str, str | None] = field(default_factory=dict)

    def write(
        self, operation: Operation, records: Mapping[str, Mapping[str, str | None]], *, intent: str = ""
    ) -> dict[str, str]:
        """Write one batch as the engine does; {record key: status}. Checks that each record has exactly one outcome."""
        intent = intent or f"change-{next(_batches)}"
        cells = [(key, name, value) for key, values in records.items() for name, value in values.items()]
        batch = Batch(
            object_name=self.object_name,
            operation=operation,
            records=table(
                RECORDS, [(key, self._remote_id(operation, key), None, f"{intent}-{key}") for key in records]
            ),
            cells=table(CELLS, cells),
            channel=self.destination.limits.channel(len(records)).name,
            key_field=self.key_field,
            announce=lambda ticket: None,
        )
        outcomes = self.destination.write(batch)
        assert outcomes.schema.names == OUTCOMES.names
        keys = outcomes["record_key"].to_pylist()
        assert len(keys) == len(set(keys))
        assert set(keys) <= set(records)
        for key, status, remote_id in zip(
            keys, outcomes["status"].to_pylist(), outcomes["remote_id"].to_pylist(), strict=True
        ):
            if status == "accepted" and operation == "create":
                self.remote_ids[key] = remote_id
        answered = dict(zip(keys, outcomes["status"].to_pylist(), strict=True))
        return {key: str(answered.get(key, "unknown")) for key in records}

    def _remote_id(self, operation: Operation, key: str) -> str | None:
        return self.remote_ids.get(key, key if operation == "update" else None)


def table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows as a table of that schema."""
    columns = list(zip(*rows, strict=True)) or [() for _ in schema.names]
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=schema)
