"""JSON records into the change pipeline, and its outcomes back in input order."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sandbox.framework.exchange import Call
from sandbox.services.salesforce import changes
from sandbox.services.salesforce.errors import RowError, refusal
from sandbox.services.salesforce.fields import NUMERIC, Field, SObject
from sandbox.services.salesforce.org import Org
from sandbox.services.salesforce.saving import Change

SET_NULL = "\x01null"  # as in checks.SET_NULL
PROBLEM = ("problem_code", "problem_message", "problem_fields")


@dataclass(frozen=True)
class Outcome:
    """What became of one record."""

    id: str
    created: bool
    error: RowError | None

    def as_row(self, *, upsert: bool = False) -> dict[str, Any]:
        """Return it as collections report it."""
        if self.error:
            return {"success": False, "errors": [self.error.as_row()]}
        row: dict[str, Any] = {"id": self.id, "success": True, "errors": []}
        return row | {"created": self.created} if upsert else row


class Writer:
    """Writes JSON records."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def write(
        self,
        call: Call,
        sobject: SObject,
        operation: str,
        records: Sequence[dict[str, Any]],
        *,
        key: str = "Id",
    ) -> list[Outcome]:
        """Insert, update, upsert or delete records of one object; returns an outcome for each, in input order."""
        columns, staged = _stage(sobject, records)
        fault = self._org.faults.take("salesforce", call.method, call.path, ("partial_failure",))
        change = Change(
            sobject,
            operation,
            columns,
            call.actor,
            self._org.clock.now(),
            key=key,
            refused_every=max(1, round(1 / fault.share)) if fault else 0,
            refused_code=fault.code if fault else "",
            rules=self._org.rules_for(sobject),
        )
        with self._org.store.write() as cursor:
            cursor.register("incoming", staged)
            cursor.execute("create or replace temp table stage as select * from incoming")
            cursor.unregister("incoming")
            changes.apply(cursor, self._org.schema, change)
            rows = cursor.execute("select id, action, error from outcome order by n").fetchall()
        return [_outcome(*row) for row in rows]


def _outcome(record_id: str, action: str, error: dict[str, str] | None) -> Outcome:
    if error is None:
        return Outcome(record_id, action == "insert", None)
    fields = tuple(name for name in error["fields"].split(", ") if name)
    return Outcome("", False, RowError(error["code"], error["message"], fields))


def _stage(sobject: SObject, records: Sequence[dict[str, Any]]) -> tuple[tuple[str, ...], pa.Table]:
    """Return the columns met and the staged table: text, null where a record does not name the column."""
    spelled: dict[str, str] = {}
    for record in records:
        for name in record:
            if name != "attributes":
                found = sobject.find(name)
                spelled.setdefault(name, found.name if found else name)
    columns = dict.fromkeys(spelled.values())
    data: dict[str, list[str | None]] = {column: [None] * len(records) for column in columns}
    for n, record in enumerate(records):
        for name, value in record.items():
            if name != "attributes":
                data[spelled[name]][n] = _text(sobject.find(name), value)
    empty = pa.nulls(len(records), pa.string())
    arrays = {"n": pa.array(range(1, len(records) + 1), pa.int64())} | dict.fromkeys(PROBLEM, empty)
    arrays |= {column: pa.array(values, pa.string()) for column, values in data.items()}
    return tuple(columns), pa.table(arrays)


def _text(field: Field | None, value: Any) -> str:
    """Return a JSON value as staged text; raises the vendor's JSON_PARSER_ERROR when its kind does not fit."""
    if value is None:
        if field and field.type == "boolean":
            raise _unreadable(field, "VALUE_NULL", None)
        return SET_NULL
    if isinstance(value, dict | list):
        kind = "START_OBJECT" if isinstance(value, dict) else "START_ARRAY"
        raise _unreadable(field, kind, value)
    if isinstance(value, bool):
        if field and field.type != "boolean":
            raise _unreadable(field, f"VALUE_{str(value).upper()}", str(value).lower())
        return "true" if value else "false"
    if isinstance(value, int | float):
        if field and (field.type not in NUMERIC or (field.type == "int" and value != int(value))):
            raise _unreadable(field, "VALUE_NUMBER_" + ("INT" if isinstance(value, int) else "FLOAT"), value)
        return repr(value)
    if field and not _readable(field, str(value)):
        raise _unreadable(field, "VALUE_STRING", value)
    return str(value)


def _readable(field: Field, value: str) -> bool:
    if value == "" or field.storage == "VARCHAR":
        return True
    if field.type in NUMERIC:
        try:
            float(value)
        except ValueError:
            return False
        return True
    if field.type == "boolean":
        return value.lower() in ("true", "false")
    shape = value[:10].replace("-", "").isdigit() and len(value) >= 10
    return shape if field.type == "date" else shape and "T" in value


def _unreadable(field: Field | None, kind: str, value: Any) -> Exception:
    wanted = {"currency": "double", "percent": "double"}.get(field.type, field.type) if field else "string"
    wanted = "string" if field and field.storage == "VARCHAR" else wanted
    return refusal(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {wanted} from {kind} value {value} or request may be missing a required "
        f"field at [line:1, column:1]{' (' + field.name + ')' if field else ''}",
    )


def body_object(call: Call) -> dict[str, Any]:
    """Return the body as a JSON object; raises JSON_PARSER_ERROR."""
    try:
        body = call.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise refusal("JSON_PARSER_ERROR", f"The HTTP entity body is not valid JSON: {error}") from None
    if not isinstance(body, dict):
        raise refusal("JSON_PARSER_ERROR", "The HTTP entity body must be a JSON object")
    return body


def by_id(ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return records that hold nothing but an id (for deletes)."""
    return [{"Id": record_id} for record_id in ids]
