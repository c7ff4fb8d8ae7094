"""Backup and restore of one MARKETMAP_HOME: the warehouse, what is published, and where ingestion stands.

A backup is one tar file with a manifest of checksums, made while nothing runs. Dagster's history, logs and dbt's
artifacts are left out: no later run needs them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import run_lock
from orchestration.errors import RequestFault

_FILES = ("warehouse.duckdb", "published.duckdb", "published.previous.duckdb")
_FOLDERS = ("state", "models")
_MANIFEST = "manifest.json"
_FORMAT = 1
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Backup:
    """What a backup holds: bytes in all, and when it was made (UTC)."""

    path: Path
    files: int
    size: int
    made_at: datetime


def back_up(home: Path, target: Path) -> Backup:
    """Write `home` to `target`, which appears whole or not at all. Raises RunActive or RequestFault."""
    if target.exists():
        raise RequestFault(f"{target} exists already. Name another file, or remove it first.")
    if not (home / _FILES[0]).exists():
        raise RequestFault(f"{home} holds no warehouse yet: there is nothing to back up. Remedy: marketmap run.")
    made_at = datetime.now(UTC).replace(microsecond=0)
    partial = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with run_lock.hold(home):
            _checkpoint(home / _FILES[0])
            files = sorted(_contents(home))
            sums = {name: _checksum(home / name) for name in files}
            manifest = {"format": _FORMAT, "made_at": made_at.isoformat(), "files": sums}
            with tarfile.open(partial, "w") as archive:
                _add(archive, _MANIFEST, json.dumps(manifest, indent=1).encode())
                for name in files:
                    archive.add(home / name, arcname=name, recursive=False)
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return Backup(target, len(files), target.stat().st_size, made_at)


def restore(home: Path, source: Path) -> tuple[Backup, Path | None]:
    """Put `home` back to what `source` holds; what stood there is moved to the folder that is returned.

    Everything is unpacked and checked before anything is replaced. Raises RunActive or RequestFault.
    """
    fresh = home / "restore.next"
    with run_lock.hold(home):
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        try:
            backup = _unpack(source, fresh)
            replaced = _set_aside(home)
            for entry in sorted(fresh.iterdir()):
                entry.replace(home / entry.name)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return backup, replaced


def _contents(home: Path) -> Iterator[str]:
    for name in _FILES:
        if (home / name).is_file():
            yield name
    for folder in _FOLDERS:
        yield from (str(path.relative_to(home)) for path in (home / folder).rglob("*") if path.is_file())


def _checkpoint(warehouse: Path) -> None:
    """Bring what stands in the write-ahead log into the file itself."""
    try:
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("checkpoint")
    except duckdb.IOException as error:
        raise RequestFault(
            f"{warehouse} is open in another program: {str(error).splitlines()[0]} Close it and try again."
        ) from error


def _unpack(source: Path, folder: Path) -> Backup:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, ValueError) as error:
        raise RequestFault(f"{source} is not a backup of marketmap, or not a whole one: {error}.") from error
    if manifest.get("format") != _FORMAT:
        raise RequestFault(f"{source} has format {manifest.get('format')}; this version reads format {_FORMAT}.")
    for name, expected in manifest["files"].items():
        if not (folder / name).is_file() or _checksum(folder / name) != expected:
            raise RequestFault(f"{source} is damaged: {name} differs from its checksum. Nothing was changed.")
    (folder / _MANIFEST).unlink()
    made_at = datetime.fromisoformat(manifest["made_at"])
    return Backup(source, len(manifest["files"]), source.stat().st_size, made_at)


def _set_aside(home: Path) -> Path | None:
    present = [home / name for name in (*_FILES, *(f"{file}.wal" for file in _FILES), *_FOLDERS)]
    present = [path for path in present if path.exists()]
    if not present:
        return None
    aside = home / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir()
    for path in present:
        path.replace(aside / path.name)
    return aside


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
