"""Trials that are kept under a name until somebody promotes them to the project's seeds, or forgets them."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from orchestration.errors import RequestFault
from orchestration.trials import project_with
from orchestration.whole_files import replacing

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_RECORD = "trial.json"


def save(home: Path, project_dir: Path, name: str, files: Mapping[str, Path]) -> Path:
    """Keep the trial's files, and which rows they would replace; an earlier trial of the name is replaced."""
    if not _NAME.fullmatch(name):
        raise RequestFault(f"{name!r} is no name for a trial; use small letters, digits, - and _.")
    if not files:
        raise RequestFault("A trial of the seeds as they stand has nothing to save; give the files that differ.")
    target = _folder(home, name)
    following = target.with_name(f".{name}.next")
    shutil.rmtree(following, ignore_errors=True)
    following.mkdir(parents=True)
    for seed, path in files.items():
        shutil.copyfile(path, following / f"{seed}.csv")
    replaced = {seed: _digest(_seed(project_dir, seed)) for seed in files}
    (following / _RECORD).write_text(json.dumps({"replaces": replaced}, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    following.replace(target)
    return target


def files_of(home: Path, name: str) -> dict[str, Path]:
    """The files of a saved trial by seed; raises RequestFault with the names that there are."""
    folder = _folder(home, name)
    if not folder.is_dir():
        names = ", ".join(sorted(path.name for path in folder.parent.glob("[!.]*"))) or "none"
        raise RequestFault(f"There is no saved trial {name}. Saved: {names}.")
    return {path.stem: path for path in sorted(folder.glob("*.csv"))}


def promote(home: Path, project_dir: Path, name: str) -> list[Path]:
    """Put a saved trial's files in the place of the project's seeds, all or none; returns the seeds written.

    Refused when a seed was edited since the trial was saved, when the rows have a fault, and when a file that carries
    versions keeps the old one: history names the version that caused a change.
    """
    files = files_of(home, name)
    record = json.loads((_folder(home, name) / _RECORD).read_text(encoding="utf-8"))
    faults = []
    for seed, path in files.items():
        current = _seed(project_dir, seed)
        if _digest(current) != record["replaces"].get(seed):
            faults.append(f"{current.name} was edited after the trial {name} was saved; try and save it again.")
        elif (version := _version(path)) and version == _version(current) and _digest(path) != _digest(current):
            faults.append(f"{seed}.csv of the trial still says version {version}; give its rows the next version.")
    if faults:
        raise RequestFault(*faults)
    with project_with(project_dir, files):
        pass  # raises for faulty rows
    written = []
    for seed, path in files.items():
        target = _seed(project_dir, seed)
        with replacing(target) as following:
            shutil.copyfile(path, following)
        written.append(target)
    return written


def _folder(home: Path, name: str) -> Path:
    return home / "trials" / name


def _seed(project_dir: Path, seed: str) -> Path:
    return next((project_dir / "seeds").rglob(f"{seed}.csv"))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(path: Path) -> str | None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next((row.get("version") for row in csv.DictReader(file)), None)
