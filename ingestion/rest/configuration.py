"""A system described by a YAML file: how its listings are paged, how changes and deletions show, what lands as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from ingestion.frames import DAY, FLAG, MOMENT, NUMBER, TEXT, WHOLE

_TYPES = {"text": TEXT, "flag": FLAG, "moment": MOMENT, "day": DAY, "number": NUMBER, "whole": WHOLE}
PAGINGS = {"none": (), "next_link": ("at",), "cursor": ("at", "param"), "page": ("param", "more_at")}
CHANGES = {"delta_link": ("at", "deleted_at"), "since": ("in", "name", "template"), "snapshot": ()}
DELETIONS = {"none": (), "flag": ("at", "equals"), "listing": ("path", "records", "id")}


@dataclass(frozen=True)
class Field:
    """Where a raw column's value stands in a record ("a.b"), and its type."""

    column: str
    path: str
    type: pa.DataType


@dataclass(frozen=True)
class Resource:
    """One listing and the raw table it lands in; `key` and `modified` are columns of that table."""

    table: str
    path: str
    records: str
    fields: tuple[Field, ...]
    key: str
    modified: str
    params: Mapping[str, str]
    paging: Mapping[str, Any]
    changes: Mapping[str, Any]
    deletions: Mapping[str, Any]


@dataclass(frozen=True)
class Configuration:
    """A system: its name, the headers of every request, a path that proves it answers, its resources."""

    system: str
    probe: str
    resources: tuple[Resource, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


def read_configuration(file: Path) -> Configuration:
    """The configuration of a YAML file; raises ValueError that names every fault with its place and what is allowed."""
    declared = yaml.safe_load(file.read_text("utf-8"))
    faults: list[str] = []
    defaults = declared.get("defaults", {})
    resources = []
    for table, block in declared["resources"].items():
        whole = {**defaults, **block}
        place = f"{file.name}: {table}"
        for name, kinds in (("paging", PAGINGS), ("changes", CHANGES), ("deletions", DELETIONS)):
            _check_kind(place, name, whole.get(name, {"kind": "none"}), kinds, faults)
        fields = tuple(_field(place, column, spec, faults) for column, spec in block["fields"].items())
        columns = {one.column for one in fields}
        faults += [
            f"{place}: {name} is {whole.get(name)!r}; name one of the fields"
            for name, allowed in (("key", columns), ("modified", columns | {""}))
            if whole.get(name, "") not in allowed
        ]
        resources.append(
            Resource(
                table=table, path=str(whole["path"]), records=str(whole.get("records", "")), fields=fields,
                key=str(whole.get("key", "")), modified=str(whole.get("modified", "")),
                params={str(k): str(v) for k, v in {**defaults.get("params", {}), **block.get("params", {})}.items()},
                paging=whole.get("paging", {"kind": "none"}), changes=whole.get("changes", {"kind": "snapshot"}),
                deletions=whole.get("deletions", {"kind": "none"}),
            )
        )  # fmt: skip
    if faults:
        raise ValueError("\n".join(faults))
    return Configuration(str(declared["system"]), str(declared["probe"]), tuple(resources), declared.get("headers", {}))


def _check_kind(
    place: str, name: str, block: Mapping[str, Any], kinds: Mapping[str, tuple[str, ...]], faults: list[str]
) -> None:
    kind = str(block.get("kind"))
    if kind not in kinds:
        faults.append(f"{place}: {name} is of kind {kind!r}; use one of {', '.join(kinds)}")
        return
    missing = [key for key in kinds[kind] if key not in block]
    if missing:
        faults.append(f"{place}: {name} of kind {kind} lacks {', '.join(missing)}")


def _field(place: str, column: str, spec: str, faults: list[str]) -> Field:
    path, _, kind = str(spec).partition(" ")
    if (kind or "text") not in _TYPES:
        faults.append(f"{place}: {column} is of type {kind!r}; use one of {', '.join(_TYPES)}")
    return Field(column, path, _TYPES.get(kind or "text", TEXT))
