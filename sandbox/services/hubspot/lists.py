"""Lists v3: create, find, members in and out. Only MANUAL and SNAPSHOT lists take members from the interface."""

from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.hubspot.errors import not_found, refusal
from sandbox.services.hubspot.moments import moment
from sandbox.services.hubspot.objects import Objects, body_of, paging, whole
from sandbox.services.hubspot.properties import ObjectType
from sandbox.services.hubspot.saving import log
from sandbox.services.hubspot.schema import Schema

PAGE, CHANGE = 250, 100_000
KINDS = ("MANUAL", "DYNAMIC", "SNAPSHOT")


class Lists:
    """Handlers of /crm/v3/lists."""

    def __init__(self, store: Store, clock: Clock, schema: Schema, objects: Objects) -> None:
        self._store, self._clock, self._schema, self._objects = store, clock, schema, objects

    def create(self, call: Call) -> Reply:
        """POST lists {name, objectTypeId, processingType}."""
        body = body_of(call)
        name, kind = str(body.get("name") or ""), self._schema.find(str(body.get("objectTypeId")))
        if not name or body.get("processingType") not in KINDS:
            raise refusal("VALIDATION_ERROR", f"name and a processingType of {', '.join(KINDS)} are required")
        now = self._clock.now()
        with self._store.write() as cursor:
            if cursor.execute(
                'select 1 from hubspot.lists where lower(name) = lower(?) and "deletedAt" is null', [name]
            ).fetchall():
                subcategory = "ILS.DUPLICATE_LIST_NAMES"
                raise refusal("VALIDATION_ERROR", f"List name {name!r} is already in use", subCategory=subcategory)
            number = cursor.execute('select coalesce(max("listId"), 0) + 1 from hubspot.lists').fetchall()[0][0]
            cursor.execute("insert into hubspot.lists values (?, ?, ?, ?, ?, ?, null)",
                           [number, name, body["processingType"], kind.type_id, now, now])  # fmt: skip
            log(cursor, now, "lists", number, "insert", call.actor, None, {"name": name})
        return Reply({"list": self._row(str(number))})

    def one(self, call: Call) -> Reply:
        """GET lists/{id}."""
        return Reply({"list": self._row(call.params["list"])})

    def by_name(self, call: Call) -> Reply:
        """GET lists/object-type-id/{type}/name/{name}."""
        query = """select "listId" from hubspot.lists
            where lower(name) = lower(?) and "objectTypeId" = ? and "deletedAt" is null"""
        with self._store.read() as cursor:
            found = cursor.execute(
                query, [call.params["name"], self._schema.find(call.params["type"]).type_id]
            ).fetchall()
        if not found:
            raise not_found(f"List does not exist with name {call.params['name']}.")
        return Reply({"list": self._row(str(found[0][0]))})

    def search(self, call: Call) -> Reply:
        """POST lists/search {query?, offset?, count?, listIds?}."""
        body = body_of(call) if call.body else {}
        offset, count = int(body.get("offset") or 0), min(int(body.get("count") or 20), 500)
        query = """select "listId" from hubspot.lists
            where "deletedAt" is null and contains(lower(name), lower(?)) order by 1"""
        with self._store.read() as cursor:
            numbers = [number for (number,) in cursor.execute(query, [str(body.get("query") or "")]).fetchall()]
        if body.get("listIds"):
            numbers = [number for number in numbers if str(number) in map(str, body["listIds"])]
        shown = [self._row(str(number)) for number in numbers[offset : offset + count]]
        more = offset + count < len(numbers)
        return Reply({"lists": shown, "offset": offset + len(shown), "hasMore": more, "total": len(numbers)})

    def delete(self, call: Call) -> Reply:
        """DELETE lists/{id}: 204; it can be restored for 90 days."""
        number = int(self._row(call.params["list"])["listId"])
        with self._store.write() as cursor:
            cursor.execute('update hubspot.lists set "deletedAt" = ? where "listId" = ?', [self._clock.now(), number])
            log(cursor, self._clock.now(), "lists", number, "delete", call.actor, {}, None)
        return Reply(status=204)

    def members(self, call: Call) -> Reply:
        """GET lists/{id}/memberships?limit=&after=."""
        number, limit = int(self._row(call.params["list"])["listId"]), whole(call, "limit", 100, PAGE)
        query = f"""select "recordId", "membershipTimestamp" from hubspot.list_members
            where "listId" = ? and "recordId" > ? order by "recordId" limit {limit + 1}"""
        with self._store.read() as cursor:
            rows = cursor.execute(query, [number, int(call.value("after", "0"))]).fetchall()
        shown = rows[:limit]
        more = paging(call, self._objects.base_url, str(shown[-1][0])) if len(rows) > limit else {}
        return Reply(
            {
                "results": [{"recordId": str(n), "membershipTimestamp": moment(at)} for n, at in shown],
                "total": len(shown),
            }
            | more
        )

    def add(self, call: Call) -> Reply:
        """PUT lists/{id}/memberships/add [ids]."""
        return self._change(call, _ids(call.json()), [])

    def remove(self, call: Call) -> Reply:
        """PUT lists/{id}/memberships/remove [ids]."""
        return self._change(call, [], _ids(call.json()))

    def add_and_remove(self, call: Call) -> Reply:
        """PUT lists/{id}/memberships/add-and-remove {recordIdsToAdd, recordIdsToRemove}."""
        body = body_of(call)
        return self._change(call, _ids(body.get("recordIdsToAdd") or []), _ids(body.get("recordIdsToRemove") or []))

    def clear(self, call: Call) -> Reply:
        """DELETE lists/{id}/memberships: 204."""
        with self._store.read() as cursor:
            query = 'select "recordId" from hubspot.list_members where "listId" = ?'
            members = [number for (number,) in cursor.execute(query, [int(call.params["list"])]).fetchall()]
        self._change(call, [], members)
        return Reply(status=204)

    # -- parts
    def _change(self, call: Call, adding: list[int], removing: list[int]) -> Reply:
        row = self._row(call.params["list"])
        if row["processingType"] == "DYNAMIC":
            raise refusal("VALIDATION_ERROR", "The list is dynamic: its members follow its filters and cannot be set")
        if len(adding) + len(removing) > CHANGE:
            raise refusal("VALIDATION_ERROR", f"At most {CHANGE} records can be changed in one request")
        number, kind, now = int(row["listId"]), self._schema.find(row["objectTypeId"]), self._clock.now()
        known = self._existing(kind, adding)
        with self._store.write() as cursor:
            held = {
                n
                for (n,) in cursor.execute(
                    'select "recordId" from hubspot.list_members where "listId" = ?', [number]
                ).fetchall()
            }
            fresh = [n for n in dict.fromkeys(adding) if n in known and n not in held]
            gone = [n for n in dict.fromkeys(removing) if n in held]
            cursor.execute("insert into hubspot.list_members select ?, unnest(?::bigint[]), ?", [number, fresh, now])
            query = 'delete from hubspot.list_members where "listId" = ? and "recordId" in (select unnest(?::bigint[]))'
            cursor.execute(query, [number, gone])
            if fresh or gone:
                cursor.execute('update hubspot.lists set "updatedAt" = ? where "listId" = ?', [now, number])
            for records, verb in ((fresh, "add"), (gone, "remove")):
                for record in records:
                    log(cursor, now, "list_members", record, verb, call.actor, {}, {"listId": number})
        lost = [str(n) for n in dict.fromkeys(adding) if n not in known]
        texts = [str(n) for n in fresh], [str(n) for n in gone]
        return Reply({"recordsIdsAdded": texts[0], "recordIdsRemoved": texts[1], "recordIdsMissing": lost})

    def _existing(self, kind: ObjectType, numbers: list[int]) -> set[int]:
        query = f"""select id from {kind.table}
            where id in (select unnest(?::bigint[])) and not archived and merged_into is null"""
        with self._store.read() as cursor:
            return {number for (number,) in cursor.execute(query, [numbers]).fetchall()}

    def _row(self, text: str) -> dict[str, Any]:
        query = """select "listId", name, "processingType", "objectTypeId", "createdAt", "updatedAt",
            (select count(*) from hubspot.list_members as members where members."listId" = lists."listId")
            from hubspot.lists as lists where "listId"::varchar = ? and "deletedAt" is null"""
        with self._store.read() as cursor:
            found = cursor.execute(query, [text]).fetchall()
        if not found:
            raise not_found(f"List does not exist with ID {text}.")
        number, name, kind, type_id, created, updated, size = found[0]
        return {
            "listId": str(number), "name": name, "processingType": kind, "processingStatus": "COMPLETE",
            "objectTypeId": type_id, "listVersion": 1, "createdAt": moment(created), "updatedAt": moment(updated),
            "additionalProperties": {"hs_list_size": str(size)},
        }  # fmt: skip


def _ids(given: Any) -> list[int]:
    if not isinstance(given, list) or not all(str(one).isdigit() for one in given):
        raise refusal("VALIDATION_ERROR", "The request body must be a list of record ids")
    return [int(one) for one in given]
