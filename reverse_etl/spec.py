"""A sync as declared in `syncs/<name>.yml`: where a model goes and within which limits. No logic lives in it."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from reverse_etl.destinations import Operation
from reverse_etl.errors import SpecFault
from reverse_etl.identifiers import COLUMN_PATTERN, FIELD_PATTERN, MODEL_PATTERN

Column = Annotated[str, Field(pattern=COLUMN_PATTERN)]
TargetField = Annotated[str, Field(pattern=FIELD_PATTERN)]
SyncMode = Literal["update", "insert", "upsert", "mirror", "membership", "delete"]
OPERATIONS: dict[SyncMode, frozenset[Operation]] = {
    "update": frozenset({"update"}),
    "insert": frozenset({"create"}),
    "upsert": frozenset({"create", "update"}),
    "mirror": frozenset({"create", "update", "delete"}),
    "membership": frozenset({"create", "delete"}),
    "delete": frozenset({"delete"}),
}
Ratio = Annotated[float, Field(ge=0.0, le=1.0)]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Key(_Declared):
    """The column that names a record, and how the destination finds the same record.

    `field` holds the same text there (an id, an external id); without such a field the record is found by the values of
    the mapped fields in `match` (the campaign and the person of a membership).
    """

    column: Column
    field: TargetField | None = None
    match: tuple[TargetField, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.field and self.match:
            raise PydanticCustomError("two_ways", "key.field and key.match are two ways to find a record; keep one")
        return self


class LookUp(_Declared):
    """Before a create: does `object` hold a record whose `field` equals `column`? Then take it over, or leave it."""

    object: TargetField
    column: Column
    field: TargetField
    then: Literal["adopt", "skip"]


class Creation(_Declared):
    """What guards the making of new records."""

    look_up: tuple[LookUp, ...] = ()


class PreventOverride(_Declared):
    """The tick that protects one record: as last ingested (column) and as the destination holds it now (field)."""

    column: Column
    field: TargetField


class Guards(_Declared):
    """Limits beyond which a run refuses to start, or stops.

    `reserved_calls_ratio` = share of the day's API calls that stays for others; `sample_needs_approval` = after the
    sample of a new mapping a person looks at it there and approves before the rest goes.
    """

    min_rows: Annotated[int, Field(ge=0)] = 1
    max_changed_ratio: Ratio = 0.5
    max_changed_ratio_by_field: dict[TargetField, Ratio] = {}
    max_removed_ratio: Ratio = 0.2
    max_rejected_ratio: Ratio = 0.2
    approval_above_records: Annotated[int, Field(ge=0)] = 100_000
    approval_above_creates: Annotated[int, Field(ge=0)] = 1_000
    approval_above_deletes: Annotated[int, Field(ge=0)] = 1_000
    max_api_calls: Annotated[int, Field(ge=1)] | None = None
    reserved_calls_ratio: Ratio = 0.2
    sample_records: Annotated[int, Field(ge=1, le=200)] = 20
    sample_needs_approval: bool = False


class Retry(_Declared):
    """When a record that was not written is tried again although its value is the same; hours."""

    rejected_after_hours: Annotated[float, Field(ge=0.0)] = 168.0
    skipped_after_hours: Annotated[float, Field(ge=0.0)] = 168.0


class SyncSpec(_Declared):
    """One sync; its modes stand in `reverse_etl.destinations`.

    `reasons` names, by target field, the column that says why the value is what it is; `expects` the column with what
    the destination held when the value was decided: what it holds now decides what is sent, and another value there is
    somebody's later word (field_map's on_conflict says whose counts). `order` is a column whose equal
    values go together (a parent whose children would lock each other out). With `snapshot` any difference sends all.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    model: Annotated[str, Field(pattern=MODEL_PATTERN)]
    destination: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    object: TargetField
    key: Key
    mode: SyncMode
    snapshot: bool = False
    order: Column | None = None
    creation: Creation = Creation()
    prevent_override: PreventOverride | None = None
    reasons: dict[TargetField, Column] = {}
    expects: dict[TargetField, Column] = {}
    allow: tuple[TargetField, ...] = ()
    guards: Guards = Guards()
    retry: Retry = Retry()

    @property
    def operations(self) -> frozenset[Operation]:
        """What the mode may do to a record."""
        return OPERATIONS[self.mode]


# PyYAML's parser in C reads the same seven times faster; a build of PyYAML may lack it.
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_SAFE):  # type: ignore[misc]
    """YAML whose repeated keys are a fault, where PyYAML would silently keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands twice", key_node.start_mark)
            seen.add(key)
        return cast("dict[Hashable, Any]", super().construct_mapping(node, deep))


def load_specs(folder: Path) -> dict[str, SyncSpec]:
    """Every `*.yml` in `folder`, by name; raises SpecFault with all faults of all files at once."""
    specs: dict[str, SyncSpec] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            spec = SyncSpec.model_validate(_read(path))
        except yaml.YAMLError as error:
            faults.append(f"{path.name}: not readable as YAML: {' '.join(str(error).split())}; correct the file")
        except ValidationError as error:
            faults.extend(_lines(path, error))
        else:
            if spec.name != path.stem:
                faults.append(f"{path.name}: name {spec.name!r} differs from the file's; rename one of them")
            specs[spec.name] = spec
    if faults:
        raise SpecFault(faults)
    return specs


def _read(path: Path) -> Any:
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=_UniqueKeyLoader)  # noqa: S506 (a SafeLoader)


def _lines(path: Path, error: ValidationError) -> list[str]:
    """One line for each fault: file, place, value, what is expected."""
    lines = []
    for fault in error.errors():
        place = ".".join(str(part) for part in fault["loc"]) or "the file"
        if fault["type"] == "missing":
            lines.append(f"{path.name}: {place} is missing; add it")
        elif fault["type"] == "extra_forbidden":
            lines.append(f"{path.name}: {place} is not known; remove it or correct its name")
        else:
            lines.append(f"{path.name}: {place} is {fault['input']!r}; {_lower(fault['msg'])}")
    return lines


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
