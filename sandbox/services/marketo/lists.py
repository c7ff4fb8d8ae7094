"""Static lists, their members, and programs."""

from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.marketo.envelope import body, failure, numbers, parse_time, skipped, success, timestamp
from sandbox.services.marketo.leads import MAX_VALUES, Leads, offset_of, page_size, token_for
from sandbox.services.marketo.saving import activity, add_activities, log

ADD_TO_LIST, REMOVE_FROM_LIST = 24, 25
ASSETS_PER_CALL = 200


class Lists:
    """Handlers for lists and programs."""

    def __init__(self, store: Store, clock: Clock, leads: Leads) -> None:
        self._store, self._clock, self._leads = store, clock, leads

    def all(self, call: Call) -> Reply:
        """GET lists.json?id=&name=."""
        where, bound = "true", list[Any]()
        if ids := numbers(call, "id"):
            where, bound = "id in (select unnest(?::bigint[]))", [ids]
        elif names := call.values("name"):
            where, bound = "name in (select unnest(?))", [names]
        start, size = offset_of(call), page_size(call)
        query = f"select * from marketo.lists where {where} order by id limit {size + 1} offset {start}"
        rows = self._rows(query, bound)
        more = {"nextPageToken": token_for(start + size)} if len(rows) > size else {}
        return success([row | {"workspaceName": "Default"} for row in rows[:size]], **more)

    def one(self, call: Call) -> Reply:
        """GET lists/{id}.json."""
        number, name = self._list(call)
        return success([row for row in self._rows("select * from marketo.lists where id = ?", [number]) if name])

    def programs(self, call: Call) -> Reply:
        """GET asset/v1/programs.json?offset=&maxReturn=&earliestUpdatedAt=&latestUpdatedAt=."""
        where, bound = ["true"], list[Any]()
        for name, operator in (("earliestUpdatedAt", ">="), ("latestUpdatedAt", "<=")):
            if text := call.value(name):
                where.append(f'"updatedAt" {operator} ?')
                bound.append(parse_time(text, name))
        limit = min(ASSETS_PER_CALL, (numbers(call, "maxReturn") or [20])[0])
        offset = (numbers(call, "offset") or [0])[0]
        query = f"select * from marketo.programs where {' and '.join(where)} order by id limit {limit} offset {offset}"
        rows = self._rows(query, bound)
        if not rows:
            return success([], warnings=["No assets found for the given search criteria."])
        extra = {"workspace": "Default", "folder": {"type": "Folder", "value": 1, "folderName": "Marketing Programs"}}
        return success([row | extra for row in rows])

    def members(self, call: Call) -> Reply:
        """GET lists/{id}/leads.json."""
        number, _ = self._list(call)
        start, size = offset_of(call), page_size(call)
        where = 'id in (select "leadId" from marketo.list_members where "listId" = ?)'
        rows = self._leads.select(
            self._leads.fields(call), where, [number], f"order by id limit {size + 1} offset {start}"
        )
        more = {"nextPageToken": token_for(start + size)} if len(rows) > size else {}
        return success(rows[:size], **more)

    def is_member(self, call: Call) -> Reply:
        """GET lists/{id}/leads/ismember.json?id=."""
        number, _ = self._list(call)
        ids = self._ids(call)
        members = self._members(number, ids)
        return success([{"id": i, "status": "memberof" if i in members else "notmemberof"} for i in ids])

    def add(self, call: Call) -> Reply:
        """POST lists/{id}/leads.json."""
        return self._change(call, add=True)

    def remove(self, call: Call) -> Reply:
        """DELETE lists/{id}/leads.json."""
        return self._change(call, add=False)

    def _change(self, call: Call, *, add: bool) -> Reply:
        number, name = self._list(call)
        ids, now = self._ids(call), self._clock.now()
        members, known = self._members(number, ids), self._existing(ids)
        moving = [i for i in dict.fromkeys(ids) if i in known and (i not in members) == add]
        kind = ADD_TO_LIST if add else REMOVE_FROM_LIST
        with self._store.write() as cursor:
            if add:
                cursor.execute("insert into marketo.list_members select ?, unnest(?::bigint[])", [number, moving])
            else:
                query = (
                    'delete from marketo.list_members where "listId" = ? and "leadId" in (select unnest(?::bigint[]))'
                )
                cursor.execute(query, [number, moving])
            add_activities(cursor, [activity(i, now, kind, (number, name), Source="Web service API") for i in moving])
            verb = "add" if add else "remove"
            log(
                cursor,
                now,
                [("ListMember", i, verb, {"member": not add}, {"list": number, "member": add}) for i in moving],
            )
        done, idle = ("added", "memberof") if add else ("removed", "notmemberof")
        return success(
            [{"id": i, "status": done if i in moving else idle} if i in known else skipped("1004", id=i) for i in ids]
        )

    def _list(self, call: Call) -> tuple[int, str]:
        text = call.params["list"]
        rows = self._rows("select * from marketo.lists where id = ?", [int(text)]) if text.isdigit() else []
        if not rows:
            raise failure("1013", f"List with id {text} not found")
        return int(text), str(rows[0]["name"])

    def _ids(self, call: Call) -> list[int]:
        ids = numbers(call, "id")
        if not ids and call.body:
            given = [entry.get("id") for entry in body(call).get("input", []) if isinstance(entry, dict)]
            ids = [i for i in given if isinstance(i, int)] if all(isinstance(i, int) for i in given) else []
        if not ids:
            raise failure("1003", "id must name at least one lead")
        if len(ids) > MAX_VALUES:
            raise failure("1003", f"The number of leads exceeds {MAX_VALUES}")
        return ids

    def _members(self, number: int, ids: list[int]) -> set[int]:
        query = (
            'select "leadId" from marketo.list_members where "listId" = ? and "leadId" in (select unnest(?::bigint[]))'
        )
        return {row["leadId"] for row in self._rows(query, [number, ids])}

    def _existing(self, ids: list[int]) -> set[int]:
        return {
            row["id"]
            for row in self._rows("select id from marketo.leads where id in (select unnest(?::bigint[]))", [ids])
        }

    def _rows(self, query: str, bound: list[Any]) -> list[dict[str, Any]]:
        with self._store.read() as cursor:
            result = cursor.execute(query, bound)
            names = [column[0] for column in result.description]
            rows = result.fetchall()
        return [
            {n: timestamp(v) if n in ("createdAt", "updatedAt") else v for n, v in zip(names, row, strict=True)}
            for row in rows
        ]
