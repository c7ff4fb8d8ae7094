"""A list on its way in: the file as it was given, and what a person said about it, in a folder named by its content."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.errors import LoadFailure
from ingestion.files.reading import SOURCE, Layout, detect, plain

OBJECTS = ("companies", "contacts", "leads")
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """One import. `fields` maps the list's columns to ours; what is in none of them is kept as it is.

    `is_enriched`: vendors are asked about the companies and people of the list although the CRM does not hold them.
    """

    import_id: str
    file_name: str
    object: str
    list_name: str
    layout: Layout
    fields: dict[str, str] = field(default_factory=dict)
    imported_at: str = ""
    is_enriched: bool = False


def prepare(
    file: Path,
    *,
    aliases: Mapping[str, Mapping[str, str]],
    object_name: str | None,
    list_name: str | None,
    given: Mapping[str, str],
    now: datetime,
    is_enriched: bool = False,
) -> Manifest:
    """Look at a file and decide what its columns mean; raises LoadFailure with the remedy when it does not say enough.

    `aliases` are the column names that people use, by object and plain name; `given` says more (their name -> field).
    """
    if not file.is_file():
        raise LoadFailure(SOURCE, f"there is no file {file}", "Check the path")
    said = {plain(name): target for name, target in given.items()}
    chosen = [object_name] if object_name else list(OBJECTS)
    every = {name for each in chosen for name in aliases[each]} | set(said)
    with ThreadPoolExecutor(1, thread_name_prefix="digest") as pool:  # a long file is read for both at once
        digesting = pool.submit(_digest, file)
        layout = detect(file, lambda name: plain(name) in every)
    kind = object_name or _kind(layout, aliases)
    _check_given(said, aliases[kind], kind)
    fields: dict[str, str] = {}
    for column in layout.columns:
        target = said.get(plain(column)) or aliases[kind].get(plain(column))
        if target and target not in fields.values():
            fields[column] = target
    if unknown := [name for name in given if plain(name) not in {plain(column) for column in layout.columns}]:
        problem = f"{file.name} has no column {', '.join(map(repr, unknown))}"
        raise LoadFailure(SOURCE, problem, f"Its columns are {', '.join(layout.columns[:30])}")
    digest = digesting.result()
    # The same content read another way, or now to be enriched, is another import.
    digest.update(json.dumps([kind, sorted(fields.items()), *(["enriched"] if is_enriched else [])]).encode())
    name = list_name or file.stem
    return Manifest(digest.hexdigest()[:16], file.name, kind, name, layout, fields, now.isoformat(), is_enriched)


def deposit(manifest: Manifest, file: Path, inbox: Path) -> Path:
    """Put the file with its manifest into the inbox, whole or not at all; returns its folder."""
    place = inbox / manifest.import_id
    if place.exists():
        return place
    fresh = inbox / f".{manifest.import_id}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    shutil.copyfile(file, fresh / manifest.file_name)
    (fresh / _MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), "utf-8")
    fresh.rename(place)
    return place


def withdraw(manifest: Manifest, inbox: Path) -> None:
    """Take an import out of the inbox again."""
    shutil.rmtree(inbox / manifest.import_id, ignore_errors=True)


def waiting(inbox: Path) -> list[tuple[Manifest, Path]]:
    """The imports in the inbox with their files, oldest first."""
    found = []
    for place in inbox.glob(f"[!.]*/{_MANIFEST}"):
        stated = json.loads(place.read_text("utf-8"))
        layout = stated.pop("layout")
        manifest = Manifest(**stated, layout=Layout(**layout | {"columns": tuple(layout["columns"])}))
        found.append((manifest, place.with_name(manifest.file_name)))
    return sorted(found, key=lambda each: each[0].imported_at)


def _digest(file: Path) -> Any:
    """What a file holds, as a hash that can be told more."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256")


def _kind(layout: Layout, aliases: Mapping[str, Mapping[str, str]]) -> str:
    """Companies, unless the columns speak of people."""
    meant = {aliases["contacts"].get(plain(column)) for column in layout.columns}
    return "contacts" if meant & {"email", "first_name", "last_name", "title"} else "companies"


def _check_given(said: Mapping[str, str], known: Mapping[str, str], kind: str) -> None:
    fields = sorted(set(known.values()))
    if wrong := [target for target in said.values() if target not in fields]:
        raise LoadFailure(SOURCE, f"{kind} have no field {', '.join(map(repr, wrong))}", f"Use {', '.join(fields)}")
