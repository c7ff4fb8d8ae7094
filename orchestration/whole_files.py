"""Files that are replaced whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path to write to, which then takes the place of `target`: a reader sees the old file or the new one.

    What is written is on the disk before it is shown; when writing fails, the old file stays.
    """
    following = target.with_name(f".{target.name}.next")
    yield following
    with following.open("rb+") as file:
        os.fsync(file.fileno())
    following.replace(target)
