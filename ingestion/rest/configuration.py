"""A system described by a YAML file: how its listings are paged, how changes and deletions show, what lands as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from ingestion.frames import DAY, FLAG, MOMENT, NUMBER, TEXT, WHOLE

_TYPES = {"text": TEXT, "flag": FLAG, "moment": MOMENT, "day": DAY, "number": NUMBER, "whole": WHOLE}
_PAGINGS = {
    "none": (),
    "next_link": ("at",),
    "cursor": ("at", "param"),
    "page": ("param", "more_at"),
    "offset": ("param", "more_at"),
}
_CHANGES = {
    "delta_link": ("at", "deleted_at"),
    "since": ("in", "name", "template"),
    "snapshot": (),
    "window": ("day", "days", "history", "step"),
    "lookup": ("table", "column", "batch"),
}
_DELETIONS = {"none": (), "flag": ("at", "equals"), "listing": ("path", "records", "id"), "sweep": ()}
_DESCRIBE, _EXPORT = ("path", "records", "name"), ("definitions", "syncs")
_NONE: Mapping[str, Any] = {"kind": "none"}


@dataclass(frozen=True)
class Field:
    """Where a raw column's value stands in a record ("a.b", "list.0.value"), and its type."""

    column: str
    path: str
    type: pa.DataType


@dataclass(frozen=True)
class Resource:
    """One listing and the raw table it lands in; `keys` and `modified` are columns of that table.

    `method` POST sends the parameters, or a `body` written as JSON, as a JSON body. Without the right to read what is
    `optional` (403) the load goes on and says so. `describe` says where the system lists the fields it has, `export`
    how it makes a file before it is read, `unfold` which object of a record holds fields of its own.
    """

    table: str
    path: str
    records: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    modified: str
    params: Mapping[str, str]
    paging: Mapping[str, Any]
    changes: Mapping[str, Any]
    deletions: Mapping[str, Any]
    describe: Mapping[str, Any]
    export: Mapping[str, Any]
    unfold: str = ""
    method: str = "GET"
    optional: bool = False
    body: str = ""

    @property
    def key(self) -> str:
        """The only column of the key."""
        (key,) = self.keys
        return key

    def filled(self, **values: str) -> Resource:
        """The resource with `{name}` in its path and parameters replaced."""
        return replace(
            self,
            path=filled(self.path, values),
            body=filled(self.body, values),
            params={name: filled(text, values) for name, text in self.params.items()},
        )


@dataclass(frozen=True)
class Configuration:
    """A system: its name, the headers of every request, a path that proves it answers, its resources."""

    system: str
    probe: str
    resources: tuple[Resource, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with `{name}` replaced by its value; other braces stay (JSON, GAQL)."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def read_configuration(file: Path) -> Configuration:
    """The configuration of a YAML file; raises ValueError that names every fault with its place and what is allowed."""
    declared = yaml.safe_load(file.read_text("utf-8"))
    faults: list[str] = []
    defaults = declared.get("defaults", {})
    resources = [_resource(file.name, table, defaults, block, faults) for table, block in declared["resources"].items()]
    if faults:
        raise ValueError("\n".join(faults))
    return Configuration(str(declared["system"]), str(declared["probe"]), tuple(resources), declared.get("headers", {}))


def _resource(
    file: str, table: str, defaults: Mapping[str, Any], block: Mapping[str, Any], faults: list[str]
) -> Resource:
    whole, place = {**defaults, **block}, f"{file}: {table}"
    for name, kinds in (("paging", _PAGINGS), ("changes", _CHANGES), ("deletions", _DELETIONS)):
        _check_kind(place, name, whole.get(name, _NONE if name != "changes" else {"kind": "snapshot"}), kinds, faults)
    for name, needed in (("describe", _DESCRIBE), ("export", _EXPORT)):
        if whole.get(name):
            _check_keys(place, name, whole[name], needed, faults)
    fields = tuple(_field(place, column, spec, faults) for column, spec in block["fields"].items())
    columns = {one.column for one in fields}
    keys = _keys(whole)
    faults += [
        f"{place}: {name} is {value!r}; name one of the fields"
        for name, value in (*(("key", key) for key in keys), ("modified", whole.get("modified", "")))
        if value not in columns and (name == "key" or value)
    ]
    if len(keys) != 1 and whole.get("changes", {}).get("kind") != "window":
        faults.append(f"{place}: key is {whole.get('key')!r}; only a window of days has a key of several fields")
    return Resource(
        table=table, path=str(whole.get("path", "")), records=str(whole.get("records", "")), fields=fields,
        keys=keys, modified=str(whole.get("modified", "")),
        params={str(k): str(v) for k, v in {**defaults.get("params", {}), **block.get("params", {})}.items()},
        paging=whole.get("paging", _NONE), changes=whole.get("changes", {"kind": "snapshot"}),
        deletions=whole.get("deletions", _NONE), describe=whole.get("describe") or {},
        export=whole.get("export") or {}, unfold=str(whole.get("unfold", "")),
        method=str(whole.get("method", "GET")), optional=bool(whole.get("optional", False)),
        body=str(whole.get("body", "")),
    )  # fmt: skip


def _keys(whole: Mapping[str, Any]) -> tuple[str, ...]:
    given = whole.get("key", "")
    return tuple(str(one) for one in given) if isinstance(given, list) else (str(given),)


def _check_kind(
    place: str, name: str, block: Mapping[str, Any], kinds: Mapping[str, tuple[str, ...]], faults: list[str]
) -> None:
    kind = str(block.get("kind"))
    if kind not in kinds:
        faults.append(f"{place}: {name} is of kind {kind!r}; use one of {', '.join(kinds)}")
        return
    _check_keys(place, f"{name} of kind {kind}", block, kinds[kind], faults)


def _check_keys(place: str, name: str, block: Mapping[str, Any], keys: tuple[str, ...], faults: list[str]) -> None:
    missing = [key for key in keys if key not in block]
    if missing:
        faults.append(f"{place}: {name} lacks {', '.join(missing)}")


def _field(place: str, column: str, spec: str, faults: list[str]) -> Field:
    path, _, kind = str(spec).rpartition(" ") if str(spec).rpartition(" ")[2] in _TYPES else (str(spec), "", "text")
    if " " in path:
        faults.append(f"{place}: {column} is {spec!r}; write a path and one of {', '.join(_TYPES)}")
    return Field(column, path, _TYPES[kind])
