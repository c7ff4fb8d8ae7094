"""Which code a model was made by: a hash over this package, so that a change of definition asks for a new model."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def code_version() -> str:
    """Twelve characters that change with any line of the modules that make features or models."""
    digest = hashlib.sha256()
    for name in ("additive", "backtest", "cohorts", "encoding", "features", "history", "learning", "tables"):
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]
