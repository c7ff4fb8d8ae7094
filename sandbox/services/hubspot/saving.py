"""Writing objects: create, update, upsert, archive, merge, erase; one decision per record, one transaction per call."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from sandbox.framework.clock import Clock
from sandbox.framework.store import Store
from sandbox.services.hubspot.errors import error_body
from sandbox.services.hubspot.objects import Objects
from sandbox.services.hubspot.properties import ObjectType
from sandbox.services.hubspot.values import Problem, problems, stored, text_of

Event = dict[str, Any]


class Saving:
    """Applies changes to one object type; tells `listeners` (webhooks) what happened after the commit."""

    def __init__(self, store: Store, clock: Clock, objects: Objects) -> None:
        self._store, self._clock, self._objects = store, clock, objects
        self.listeners: list[Callable[[list[Event]], None]] = []

    def refused(self, kind: ObjectType, properties: dict[str, Any], number: int | None) -> dict[str, Any] | None:
        """Return the error body for values that HubSpot would not take for record `number` (None: a new one)."""
        found: list[Problem] = problems(kind, properties, self._owners() if "hubspot_owner_id" in properties else set())
        if found:
            listed = [
                {
                    "isValid": False,
                    "message": one["message"],
                    "error": one["code"],
                    "name": one["context"]["propertyName"][0],
                }
                for one in found
            ]
            return error_body("VALIDATION_ERROR", f"Property values were not valid: {json.dumps(listed)}", errors=found)
        for name, value in properties.items():
            one = kind.properties[name]
            if one.unique and text_of(value):
                holder = self._objects.resolve(kind, [text_of(value).strip()], name).get(text_of(value).strip())
                if holder is not None and holder != number:
                    if name == "email":
                        return error_body("CONFLICT", f"Contact already exists. Existing ID: {holder}")
                    message = f"{name} value {text_of(value)!r} is already held by object {holder}"
                    own = {"message": message, "code": "CONFLICTING_UNIQUE_VALUE", "context": {"propertyName": [name]}}
                    return error_body("VALIDATION_ERROR", message, errors=[own])
        return None

    def _owners(self) -> set[str]:
        with self._store.read() as cursor:
            return {
                str(number)
                for (number,) in cursor.execute("select id from hubspot.owners where not archived").fetchall()
            }

    def apply(self, kind: ObjectType, changes: Sequence[tuple[int | None, dict[str, Any]]], actor: str) -> list[int]:
        """Create (id None) and update records whose values were found good; returns their ids in order."""
        now, events, numbers = self._clock.now(), list[Event](), list[int]()
        with self._store.write() as cursor:
            free = cursor.execute(f"select coalesce(max(id), 1000) + 1 from {kind.table}").fetchall()[0][0]
            for number, properties in changes:
                values = {name: stored(kind.properties[name], text_of(value)) for name, value in properties.items()}
                if number is None:
                    number, free = free, free + 1
                    self._create(cursor, kind, number, values, now)
                    events.append(_event(kind, number, "creation", now))
                    self._log(cursor, kind, number, "insert", actor, None, values)
                else:
                    before = self._values(cursor, kind, number, list(values))
                    changed = {name: value for name, value in values.items() if before[name] != value}
                    if not changed:  # HubSpot takes it and changes nothing
                        numbers.append(number)
                        continue
                    self._update(cursor, kind, number, changed, now)
                    self._log(cursor, kind, number, "update", actor, before, values)
                    events += [
                        _event(kind, number, "propertyChange", now, propertyName=n, propertyValue=v or "")
                        for n, v in changed.items()
                    ]
                if "dealstage" in values:
                    cursor.execute("insert into hubspot.property_history values ('deals', ?, 'dealstage', ?, ?)",
                                   [number, values["dealstage"], now])  # fmt: skip
                numbers.append(number)
        self._tell(events)
        return numbers

    def archive(self, kind: ObjectType, numbers: Sequence[int], actor: str) -> None:
        """Put records into the bin, their associations and list memberships gone."""
        now = self._clock.now()
        with self._store.write() as cursor:
            live = f"""select id from {kind.table}
                where id in (select unnest(?::bigint[])) and not archived and merged_into is null"""
            gone = [number for (number,) in cursor.execute(live, [list(numbers)]).fetchall()]
            cursor.execute(
                f"""update {kind.table} set archived = true, "archivedAt" = $now, "updatedAt" = $now
                    where id in (select unnest($ids::bigint[]))""",
                {"now": now, "ids": gone},
            )
            self._cut_loose(cursor, kind, gone)
            for number in gone:
                self._log(cursor, kind, number, "delete", actor, {}, None)
        self._tell([_event(kind, number, "deletion", now) for number in gone])

    def erase(self, kind: ObjectType, number: int, actor: str) -> None:
        """Remove a record for good (gdpr-delete)."""
        now = self._clock.now()
        with self._store.write() as cursor:
            cursor.execute(f"delete from {kind.table} where id = ?", [number])
            self._cut_loose(cursor, kind, [number])
            self._log(cursor, kind, number, "erase", actor, {}, None)
        self._tell([_event(kind, number, "privacyDeletion", now)])

    def merge(self, kind: ObjectType, winner: int, loser: int, actor: str) -> None:
        """Merge `loser` into `winner`: values that the winner lacks come over, associations too."""
        now = self._clock.now()
        with self._store.write() as cursor:
            names = [
                name
                for name, one in kind.properties.items()
                if not one.derived and name not in ("hs_merged_object_ids", "email")
            ]
            sets = ", ".join(f'"{name}" = coalesce(winner."{name}", loser."{name}")' for name in names)
            cursor.execute(
                f"""update {kind.table} as winner set {sets}, "updatedAt" = ?,
                    hs_merged_object_ids = concat_ws(
                        ';', winner.hs_merged_object_ids, loser.hs_merged_object_ids, loser.id)
                    from {kind.table} as loser where winner.id = ? and loser.id = ?""",
                [now, winner, loser],
            )
            cursor.execute(
                f'update {kind.table} set merged_into = ?, "updatedAt" = ? where ? in (id, merged_into)',
                [winner, now, loser],
            )
            for side in ("from", "to"):
                cursor.execute(
                    f"""update hubspot.associations set {side}_id = $winner
                        where {side}_type = $kind and {side}_id = $loser""",
                    {"winner": winner, "loser": loser, "kind": kind.name},
                )
            self._log(cursor, kind, loser, "merge", actor, {}, {"into": winner})
        self._tell([_event(kind, winner, "merge", now, primaryObjectId=winner, mergedObjectIds=[loser])])

    # -- parts
    def _create(
        self, cursor: duckdb.DuckDBPyConnection, kind: ObjectType, number: int, values: dict[str, Any], now: datetime
    ) -> None:
        names = "".join(f', "{name}"' for name in values)
        marks = ", ?" * len(values)
        cursor.execute(
            f'insert into {kind.table} (id, "createdAt", "updatedAt", archived{names}) values (?, ?, ?, false{marks})',
            [number, now, now, *values.values()],
        )

    def _values(
        self, cursor: duckdb.DuckDBPyConnection, kind: ObjectType, number: int, names: list[str]
    ) -> dict[str, Any]:
        columns = ", ".join(kind.properties[name].column for name in names) or "1"
        row = cursor.execute(f"select {columns} from {kind.table} where id = ?", [number]).fetchall()[0]
        return dict(zip(names, row, strict=False))

    def _update(
        self, cursor: duckdb.DuckDBPyConnection, kind: ObjectType, number: int, values: dict[str, Any], now: datetime
    ) -> None:
        sets = "".join(f', "{name}" = ?' for name in values)
        cursor.execute(f'update {kind.table} set "updatedAt" = ?{sets} where id = ?', [now, *values.values(), number])

    def _cut_loose(self, cursor: duckdb.DuckDBPyConnection, kind: ObjectType, numbers: Sequence[int]) -> None:
        for side in ("from", "to"):
            query = (
                f"delete from hubspot.associations where {side}_type = ? and {side}_id in (select unnest(?::bigint[]))"
            )
            cursor.execute(query, [kind.name, list(numbers)])
        query = """delete from hubspot.list_members where "recordId" in (select unnest(?::bigint[]))
            and "listId" in (select "listId" from hubspot.lists where "objectTypeId" = ?)"""
        cursor.execute(query, [list(numbers), kind.type_id])

    def _log(
        self, cursor: duckdb.DuckDBPyConnection, kind: ObjectType, number: int, operation: str, actor: str,
        before: dict[str, Any] | None, after: dict[str, Any] | None,
    ) -> None:  # fmt: skip
        log(cursor, self._clock.now(), kind.name, number, operation, actor, before, after)

    def _tell(self, events: list[Event]) -> None:
        for listener in self.listeners:
            listener(events)


def log(
    cursor: duckdb.DuckDBPyConnection, now: datetime, kind: str, number: Any, operation: str, actor: str,
    before: dict[str, Any] | None, after: dict[str, Any] | None,
) -> None:  # fmt: skip
    """Append to the write log."""
    texts = [json.dumps(side) if side is not None else None for side in (before, after)]
    cursor.execute(
        """insert into sandbox.writes ("at", service, object, record_id, operation, actor, before, after)
        values (?, 'hubspot', ?, ?, ?, ?, ?, ?)""",
        [now, kind, str(number), operation, actor, *texts],
    )


def _event(kind: ObjectType, number: int, verb: str, now: datetime, **more: Any) -> Event:
    return {
        "subscriptionType": f"{kind.singular}.{verb}",
        "objectId": number,
        "occurredAt": int(now.replace(tzinfo=UTC).timestamp() * 1000),
        **more,
    }
