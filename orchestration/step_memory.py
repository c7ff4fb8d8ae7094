"""Whether a step outside dbt has to run: only when the tables that it reads, or its own files, have changed.

As with dbt's nodes, what was done stands in the warehouse itself (`ops.finished_steps`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path

import duckdb

from orchestration import contents

_TABLE = """
create schema if not exists ops;
create table if not exists ops.finished_steps (step varchar primary key, fingerprint varchar not null);
"""
_SEEDS = "seeds."


class StepMemory:
    """What the step of one package was last done from."""

    def __init__(self, warehouse: Path, package: str, reads: Collection[str]) -> None:
        """`reads` are tables as `schema.table`; the seeds, which any step may read, need not be named."""
        self._warehouse = warehouse
        self._package = package
        self._reads = reads

    def is_current(self) -> bool:
        """Whether the step's results stand, and would come out the same."""
        with duckdb.connect(str(self._warehouse)) as connection:
            connection.execute(_TABLE)
            known = connection.execute("select fingerprint from ops.finished_steps where step = ?", [self._package])
            return known.fetchall() == [(self._fingerprint(connection),)]

    def forget(self) -> None:
        """To be called before the step: one that is killed has not been done."""
        with duckdb.connect(str(self._warehouse)) as connection:
            connection.execute(_TABLE)
            connection.execute("delete from ops.finished_steps where step = ?", [self._package])

    def remember(self) -> None:
        """To be called after the step, which does not write what it reads."""
        with duckdb.connect(str(self._warehouse)) as connection:
            connection.execute(_TABLE)
            values = [self._package, self._fingerprint(connection)]
            connection.execute("insert or replace into ops.finished_steps values (?, ?)", values)

    def _fingerprint(self, connection: duckdb.DuckDBPyConnection) -> str:
        present = contents.tables(connection)
        read = sorted({*self._reads, *(name for name in present if name.startswith(_SEEDS))})
        digests = [f"{name} {contents.content(connection, name).digest}" for name in read if name in present]
        return hashlib.sha256("\n".join([_code(self._package), *digests]).encode()).hexdigest()


def _code(package: str) -> str:
    digest = hashlib.sha256()
    folder = Path(str(files(package)))
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"\0{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
