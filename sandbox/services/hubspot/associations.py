"""Associations v4: labels, reading by record and by batch, creating, removing."""

from collections.abc import Sequence
from typing import Any

import duckdb

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.hubspot.errors import error_body, refusal
from sandbox.services.hubspot.objects import Objects, batch_reply, body_of, inputs_of, paging, whole
from sandbox.services.hubspot.properties import ObjectType
from sandbox.services.hubspot.schema import Schema

READ, WRITE, PAGE = 1_000, 2_000, 500
Pair = tuple[int, int, list[int]]


class Associations:
    """Handlers of /crm/v4."""

    def __init__(self, store: Store, clock: Clock, schema: Schema, objects: Objects) -> None:
        self._store, self._clock, self._schema, self._objects = store, clock, schema, objects

    def labels(self, call: Call) -> Reply:
        """GET associations/{from}/{to}/labels."""
        left, right = self._types(call)
        rows = [
            {"category": "HUBSPOT_DEFINED", "typeId": number, "label": label}
            for number, label in self._known(left, right)
        ]
        return Reply({"results": rows})

    def of_one(self, call: Call) -> Reply:
        """GET objects/{from}/{id}/associations/{to}?limit=&after=."""
        left, right = self._types(call)
        limit, after = whole(call, "limit", PAGE, PAGE), call.value("after", "0")
        found = self._objects.resolve(left, [call.params["id"]])
        if not found:
            raise refusal("OBJECT_NOT_FOUND", f"No {left.name} with id {call.params['id']} exists")
        rows = [row for row in self._read(left, right, list(found.values())) if row[1] > int(after)]
        shown = rows[:limit]
        more = paging(call, self._objects.base_url, str(shown[-1][1])) if len(rows) > limit else {}
        return Reply({"results": [_target(row) for row in shown]} | more)

    def batch_read(self, call: Call) -> Reply:
        """POST associations/{from}/{to}/batch/read {inputs [{id}]}: at most 1,000 records."""
        left, right = self._types(call)
        keys = [str(entry.get("id")) for entry in inputs_of(body_of(call), READ)]
        wanted = [int(key) for key in keys if key.isdigit()]
        by_record: dict[int, list[dict[str, Any]]] = {}
        for row in self._read(left, right, wanted):
            by_record.setdefault(row[0], []).append(_target(row))
        results = [{"from": {"id": str(number)}, "to": targets} for number, targets in by_record.items()]
        errors = [_none(left, right, number) for number in wanted if number not in by_record]
        return batch_reply(self._clock.now(), results, errors)

    def batch_create(self, call: Call) -> Reply:
        """POST associations/{from}/{to}/batch/create {inputs [{from, to, types}]}: 201."""
        left, right = self._types(call)
        pairs = self._pairs(call, left, right, default=call.path.endswith("default"))
        with self._store.write() as cursor:
            for one, other, types in pairs:
                for number in types:
                    cursor.execute(_INSERT, [left.name, one, right.name, other, number])
                    cursor.execute(_INSERT_BACK, [left.name, one, right.name, other, number])
                self._touch(cursor, (left, one), (right, other))
        kinds = {"fromObjectTypeId": left.type_id, "toObjectTypeId": right.type_id}
        results = [kinds | {"fromObjectId": one, "toObjectId": other, "labels": []} for one, other, _ in pairs]
        return batch_reply(self._clock.now(), results, [], 201)

    def batch_archive(self, call: Call) -> Reply:
        """POST associations/{from}/{to}/batch/archive {inputs [{from, to [{id}]}]}: 204."""
        left, right = self._types(call)
        for entry in inputs_of(body_of(call), WRITE):
            for target in entry.get("to") or []:
                self._remove(left, right, int(entry["from"]["id"]), int(target["id"]))
        return Reply(status=204)

    def put(self, call: Call) -> Reply:
        """PUT objects/{from}/{id}/associations/{to}/{other} [{associationCategory, associationTypeId}]."""
        left, right = self._types(call)
        types = [int(entry["associationTypeId"]) for entry in call.json()] if call.body else []
        self._check(left, right, types)
        one, other = int(call.params["id"]), int(call.params["other"])
        with self._store.write() as cursor:
            for number in types or [self._default(left, right)]:
                cursor.execute(_INSERT, [left.name, one, right.name, other, number])
                cursor.execute(_INSERT_BACK, [left.name, one, right.name, other, number])
            self._touch(cursor, (left, one), (right, other))
        return Reply({"fromObjectId": one, "toObjectId": other, "labels": []}, 201)

    def delete(self, call: Call) -> Reply:
        """DELETE objects/{from}/{id}/associations/{to}/{other}: 204."""
        left, right = self._types(call)
        self._remove(left, right, int(call.params["id"]), int(call.params["other"]))
        return Reply(status=204)

    # -- parts
    def _types(self, call: Call) -> tuple[ObjectType, ObjectType]:
        return self._schema.find(call.params["from"]), self._schema.find(call.params["to"])

    def _known(self, left: ObjectType, right: ObjectType) -> list[tuple[int, str | None]]:
        query = "select type_id, label from hubspot.association_types where from_type = ? and to_type = ? order by 1"
        with self._store.read() as cursor:
            return cursor.execute(query, [left.name, right.name]).fetchall()

    def _default(self, left: ObjectType, right: ObjectType) -> int:
        unlabelled = [number for number, label in self._known(left, right) if label is None]
        if not unlabelled:
            raise refusal("VALIDATION_ERROR", f"{left.name} cannot be associated with {right.name}")
        return unlabelled[0]

    def _check(self, left: ObjectType, right: ObjectType, types: Sequence[int]) -> None:
        unknown = set(types) - {number for number, _ in self._known(left, right)}
        if unknown:
            message = f"associationTypeId {min(unknown)} is not valid between {left.name} and {right.name}"
            raise refusal("VALIDATION_ERROR", message)

    def _pairs(self, call: Call, left: ObjectType, right: ObjectType, *, default: bool) -> list[Pair]:
        pairs: list[Pair] = []
        for entry in inputs_of(body_of(call), WRITE):
            given = [int(one["associationTypeId"]) for one in entry.get("types") or []]
            types = [self._default(left, right)] if default else given
            if not types:
                raise refusal("VALIDATION_ERROR", "types must name at least one association type")
            self._check(left, right, types)
            pairs.append((int(entry["from"]["id"]), int(entry["to"]["id"]), types))
        for kind, place in ((left, 0), (right, 1)):
            keys = {str(pair[place]) for pair in pairs}
            lost = sorted(keys - self._objects.resolve(kind, sorted(keys)).keys())
            if lost:
                raise refusal("VALIDATION_ERROR", f"{kind.name} {', '.join(lost)} do not exist")
        return pairs

    def _read(self, left: ObjectType, right: ObjectType, numbers: Sequence[int]) -> list[tuple[int, int, list[Any]]]:
        query = """select from_id, to_id, list({'typeId': type_id, 'label': types.label} order by type_id)
            from hubspot.associations as pairs
            left join hubspot.association_types as types using (from_type, to_type, type_id)
            where pairs.from_type = ? and pairs.to_type = ? and from_id in (select unnest(?::bigint[]))
            group by all order by all"""
        with self._store.read() as cursor:
            return cursor.execute(query, [left.name, right.name, list(numbers)]).fetchall()

    def _remove(self, left: ObjectType, right: ObjectType, one: int, other: int) -> None:
        query = "delete from hubspot.associations where from_type = ? and from_id = ? and to_type = ? and to_id = ?"
        with self._store.write() as cursor:
            cursor.execute(query, [left.name, one, right.name, other])
            cursor.execute(query, [right.name, other, left.name, one])
            self._touch(cursor, (left, one), (right, other))

    def _touch(self, cursor: duckdb.DuckDBPyConnection, *ends: tuple[ObjectType, int]) -> None:
        """Count as a change of both ends: their calculated properties (num_associated_contacts, ...) change."""
        for kind, number in ends:
            cursor.execute(f'update {kind.table} set "updatedAt" = ? where id = ?', [self._clock.now(), number])


_INSERT = "insert into hubspot.associations select $1, $2, $3, $4, $5 except from hubspot.associations"
_INSERT_BACK = """insert into hubspot.associations
    select $3, $4, $1, $2, inverse_id from hubspot.association_types
    where from_type = $1 and to_type = $3 and type_id = $5 except from hubspot.associations"""


def _target(row: tuple[int, int, list[Any]]) -> dict[str, Any]:
    types = [{"category": "HUBSPOT_DEFINED", **one} for one in row[2]]
    return {"toObjectId": row[1], "associationTypes": types}


def _none(left: ObjectType, right: ObjectType, number: int) -> dict[str, Any]:
    message = f"No {right.name} is associated with {left.name} {number}."
    context = {"fromObjectId": [str(number)], "fromObjectType": [left.name], "toObjectType": [right.name]}
    return error_body(
        "OBJECT_NOT_FOUND", message, subCategory="crm.associations.NO_ASSOCIATIONS_FOUND", context=context
    )
