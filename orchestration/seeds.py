"""Seeds straight from their files: rules that are needed before the warehouse holds them, edits, and trial copies."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import RequestFault
from orchestration.whole_files import replacing

Row = dict[str, str]


@dataclass
class Table:
    """A seed's rows as text, with its columns in their order."""

    path: Path
    columns: list[str]
    rows: list[Row]

    @classmethod
    def read(cls, folder: Path, name: str) -> Table:
        """The seed `name` below a project's folder of seeds; raises RequestFault when there is none."""
        path = next(folder.rglob(f"{name}.csv"), None)
        if path is None:
            raise RequestFault(f"There is no {name}.csv in {folder}. Copy it from the project that marketmap ships.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            return cls(path, list(reader.fieldnames or ()), [dict(row) for row in reader])

    def write(self, path: Path | None = None) -> None:
        """Replace the file, or write another."""
        with replacing(path or self.path) as following, following.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)


def rows(project_dir: Path, seed: str) -> list[Row]:
    """The rows of a seed as text, none when the project has no such seed."""
    path = project_dir / "seeds" / f"{seed}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@contextmanager
def copied(project_dir: Path, files: Mapping[str, Path] | None = None) -> Iterator[Path]:
    """A temporary project whose seeds are the project's, with `files` in the place of those they are named for."""
    folder = project_dir / "seeds"
    with tempfile.TemporaryDirectory(prefix="marketmap-seeds-") as parent:
        target = Path(parent) / "seeds"
        shutil.copytree(folder, target)
        for name, path in (files or {}).items():
            shutil.copyfile(path, next(target.rglob(f"{name}.csv")))
        yield target.parent
