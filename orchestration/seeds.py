"""Rules that are needed before the warehouse holds them: the rows of a seed, straight from its file."""

from __future__ import annotations

import csv
from pathlib import Path


def rows(project_dir: Path, seed: str) -> list[dict[str, str]]:
    """The rows of a seed as text, none when the project has no such seed."""
    path = project_dir / "seeds" / f"{seed}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
