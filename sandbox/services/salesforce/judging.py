"""What an administrator has set up that refuses a finished record: record types, dependent picklists, duplicate rules,
and what other work in the org does at the moment: rows under lock.

Each is a `Refusal`: SQL over the finished record `t0` (the temp table `after`), with the vendor's code and words.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.framework.clock import Clock
from sandbox.services.salesforce.checks import quoted
from sandbox.services.salesforce.fields import Field, SObject
from sandbox.services.salesforce.ids import case_safe
from sandbox.services.salesforce.schema import Schema

MASTER = "012000000000000AAA"
BAD_VALUE = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


@dataclass(frozen=True)
class Refusal:
    """Records for which `condition` holds are refused; `message` and `fields` are SQL expressions."""

    condition: str
    code: str
    message: str
    fields: str = "''"


@dataclass(frozen=True)
class RecordType:
    """A record type and the picklist values that it offers; a picklist that it does not name offers all."""

    id: str
    object: str
    name: str
    picklists: dict[str, tuple[str, ...]]


class Judging:
    """The set-up beyond fields and validation rules; what is set up in a control call is gone with a reset."""

    def __init__(self, schema: Schema, clock: Clock) -> None:
        self._schema, self._clock = schema, clock
        self.record_types: list[RecordType] = []
        self._duplicates: list[tuple[str, str, SObject, str]] = []
        self._locks: list[tuple[str, Any]] = []

    def reset(self) -> None:
        """Forget it all."""
        self.record_types.clear()
        self._duplicates.clear()
        self._locks.clear()

    # -- what the operator sets up
    def add_record_type(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Add a record type: {"object", "name", "picklists": {field: [values]}}. Raises ValueError."""
        sobject = self._sobject(settings)
        if sobject.find("RecordTypeId") is None:
            self._schema.add_standard_field(sobject, Field("RecordTypeId", "reference", length=18))
        picklists = {name: tuple(values) for name, values in settings.get("picklists", {}).items()}
        for name in picklists:
            if not (field := sobject.find(name)) or not field.values:
                raise ValueError(f"{sobject.name} has no picklist {name!r}")
        new = RecordType(
            case_safe(f"012SB{len(self.record_types) + 1:010}"), sobject.name, str(settings["name"]), picklists
        )
        self.record_types.append(new)
        return {"id": new.id, "object": new.object, "name": new.name}

    def add_duplicate_rule(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Refuse records whose field equals that of another: {"object", "field", "other_object"?, "other_field"?}."""
        sobject = self._sobject(settings)
        other = self._sobject({"object": settings.get("other_object", sobject.name)})
        field, other_field = str(settings["field"]), str(settings.get("other_field", settings["field"]))
        if not sobject.find(field) or not other.find(other_field):
            raise ValueError(f"{sobject.name}.{field} or {other.name}.{other_field} does not exist")
        self._duplicates.append((sobject.name, field, other, other_field))
        return {"object": sobject.name, "field": field, "other_object": other.name, "other_field": other_field}

    def lock(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Hold rows, and so their children, for a while: {"ids": [...], "seconds"}."""
        until = self._clock.now() + timedelta(seconds=float(settings.get("seconds", 1)))
        self._locks.extend((str(record_id)[:15], until) for record_id in settings["ids"])
        return {"locked": len(settings["ids"])}

    # -- what that refuses
    def refusals(self, sobject: SObject) -> tuple[Refusal, ...]:
        """Return what is refused of an object, in the order in which the org looks."""
        found = [
            *self._locked(sobject),
            *(
                _dependent(field, controller)
                for field in sobject.fields.values()
                if field.controller and (controller := sobject.find(field.controller))
            ),
        ]
        found += [refusal for kind in self.record_types if kind.object == sobject.name for refusal in _typed(kind)]
        kinds = [kind.id for kind in self.record_types if kind.object == sobject.name]
        if kinds:
            known = ", ".join(quoted(kind) for kind in [*kinds, MASTER])
            unknown = f'"RecordTypeId" is not null and "RecordTypeId" not in ({known})'
            found.append(
                Refusal(unknown, "INVALID_CROSS_REFERENCE_KEY", "'Record Type ID: this ID value is not valid'")
            )
        for name, field_name, other, other_field in self._duplicates:
            if name == sobject.name:
                found.append(_duplicate(field_name, other, other_field))
        return tuple(found)

    def mappings(self, sobject: SObject) -> list[dict[str, Any]]:
        """Return recordTypeMappings of describe/layouts."""
        return [
            {
                "active": True, "available": True, "defaultRecordTypeMapping": False, "developerName": kind.name,
                "layoutId": "00hSB0000000001AAA", "master": False, "name": kind.name, "recordTypeId": kind.id,
                "picklistsForRecordType": [
                    {"picklistName": field.name, "picklistValues": [
                        {"active": True, "defaultValue": False, "label": value.value, "validFor": None,
                         "value": value.value}
                        for value in field.values if value.value in kind.picklists.get(field.name, (value.value,))
                    ]}
                    for field in sobject.fields.values() if field.values
                ],
            }
            for kind in self.record_types if kind.object == sobject.name
        ]  # fmt: skip

    def _sobject(self, settings: dict[str, Any]) -> SObject:
        found = self._schema.find(str(settings.get("object")))
        if found is None:
            raise ValueError(f"object {settings.get('object')!r} is unknown")
        return found

    def _locked(self, sobject: SObject) -> list[Refusal]:
        now = self._clock.now()
        self._locks = [(record_id, until) for record_id, until in self._locks if until > now]
        if not self._locks:
            return []
        listed = ", ".join(quoted(record_id) for record_id, _ in self._locks)
        ids = ["Id", *(field.name for field in sobject.fields.values() if field.references and field.cascade)]
        condition = " or ".join(f'substr("{name}", 1, 15) in ({listed})' for name in ids)
        message = "'unable to obtain exclusive access to this record or 1 records: ' || \"Id\""
        return [Refusal(condition, "UNABLE_TO_LOCK_ROW", message)]


def _duplicate(field: str, other: SObject, other_field: str) -> Refusal:
    matched = f"""select min(other."Id") from {other.table} as other
        where lower(other."{other_field}") = lower(t0."{field}") and other."Id" <> t0."Id" and {other.live("other")}"""
    # Salesforce tells the matches beside the message, not in it; `fields` carries them there.
    return Refusal(f"({matched}) is not null", "DUPLICATES_DETECTED", "'Use one of these records?'", f"({matched})")


def _dependent(field: Field, controller: Field) -> Refusal:
    allowed = json.dumps({value.value: list(value.valid_for) for value in field.values if value.valid_for})
    place = f"json_extract({quoted(allowed)}, '$.' || '\"' || t0.\"{field.name}\" || '\"')"
    held = f"coalesce(t0.\"{controller.name}\"::varchar, '')"
    condition = f"""t0."{field.name}" is not null and {place} is not null
        and not list_contains(cast({place} as varchar[]), {held})"""
    return Refusal(condition, BAD_VALUE, _bad_value(field), quoted(field.name))


def _typed(kind: RecordType) -> list[Refusal]:
    found = []
    for name, values in kind.picklists.items():
        listed = ", ".join(quoted(value) for value in values) or "''"
        condition = (
            f't0."RecordTypeId" = {quoted(kind.id)} and t0."{name}" is not null and t0."{name}" not in ({listed})'
        )
        found.append(Refusal(condition, BAD_VALUE, _bad_value(Field(name, "picklist")), quoted(name)))
    return found


def _bad_value(field: Field) -> str:
    return f'{quoted(field.label + ": bad value for restricted picklist field: ")} || t0."{field.name}"'
