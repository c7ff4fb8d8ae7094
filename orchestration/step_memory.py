"""Whether a step outside dbt has to run: only when the tables that it reads, or its own files, have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path

import duckdb

from orchestration import contents, memory

_SEEDS = "seeds."


class StepMemory:
    """What the step of one package was last done from."""

    def __init__(self, warehouse: Path, package: str, reads: Collection[str], writes: Collection[str]) -> None:
        """`reads` and `writes` are tables as `schema.table`; the seeds, which any step may read, need not be named."""
        self._warehouse = warehouse
        self._package = package
        self._name = f"step.{package}"
        self._reads = reads
        self._writes = writes

    def is_current(self) -> bool:
        """Whether the step's results stand, and would come out the same."""
        with duckdb.connect(str(self._warehouse)) as connection:
            if not contents.tables(connection).issuperset(self._writes):
                return False
            return memory.remembered(connection).get(self._name) == self._fingerprint(connection)

    def forget(self) -> None:
        """To be called before the step: one that is killed has not been done."""
        with duckdb.connect(str(self._warehouse)) as connection:
            memory.forget(connection, [self._name])

    def remember(self) -> None:
        """To be called after the step, which does not write what it reads."""
        with duckdb.connect(str(self._warehouse)) as connection:
            memory.remember(connection, {self._name: self._fingerprint(connection)})

    def _fingerprint(self, connection: duckdb.DuckDBPyConnection) -> str:
        present = contents.tables(connection)
        read = sorted(name for name in present if name in self._reads or name.startswith(_SEEDS))
        found = contents.content_of_each(connection, read)
        digests = [f"{name} {found[name].digest}" for name in read]
        return hashlib.sha256("\n".join([_code(self._package), *digests]).encode()).hexdigest()


def _code(package: str) -> str:
    digest = hashlib.sha256()
    folder = Path(str(files(package)))
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"\0{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
