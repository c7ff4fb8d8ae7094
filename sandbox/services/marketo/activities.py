"""Activities: types, paging tokens, pages that may come short although more follows."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.marketo.attributes import attributes
from sandbox.services.marketo.envelope import failure, numbers, parse_time, success, timestamp
from sandbox.services.marketo.saving import CHANGE_DATA_VALUE, DELETE_LEAD, NEW_LEAD

PAGE, MAX_TYPES, MAX_LEADS = 300, 10, 30
WINDOW = timedelta(days=7)  # one call looks this far: a page may be short, or empty, with moreResult true
Position = tuple[datetime, int]  # activityDate and row: where the next page begins


def encode(position: Position) -> str:
    """Return the paging token of a position."""
    moment = position[0].replace(tzinfo=UTC)
    return base64.b32encode(f"{moment.timestamp() * 1_000_000:.0f}.{position[1]}".encode()).decode()


def decode(token: str) -> Position:
    """Return the position of a paging token; refuses what is none."""
    try:
        micros, _, row = base64.b32decode(token).decode().partition(".")
        return datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(microseconds=int(micros)), int(row)
    except ValueError:
        raise failure("1003", f"Invalid nextPageToken '{token}'") from None


class Activities:
    """Handlers for activities."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def types(self, call: Call) -> Reply:
        """GET activities/types.json."""
        with self._store.read() as cursor:
            rows = cursor.execute(
                'select id, name, "primaryAttribute" from marketo.activity_types order by id'
            ).fetchall()
        return success(
            [
                {"id": number, "name": name, "description": name, "attributes": []}
                | ({"primaryAttribute": {"name": primary, "dataType": "string"}} if primary else {})
                for number, name, primary in rows
            ]
        )

    def paging_token(self, call: Call) -> Reply:
        """GET activities/pagingtoken.json?sinceDatetime=."""
        text = call.value("sinceDatetime")
        if not text:
            raise failure("701", "sinceDatetime cannot be blank")
        content = success([]).content
        del content["result"]
        return Reply(content | {"nextPageToken": encode((parse_time(text, "sinceDatetime"), -1))})

    def page(self, call: Call) -> Reply:
        """GET activities.json?nextPageToken=&activityTypeIds=&leadIds=&listId=."""
        types, leads, lists = (numbers(call, name) for name in ("activityTypeIds", "leadIds", "listId"))
        if not types:
            raise failure("701", "activityTypeIds cannot be blank")
        if len(types) > MAX_TYPES:
            raise failure("1003", f"The number of activityTypeIds exceeds {MAX_TYPES}")
        if len(leads) > MAX_LEADS:
            raise failure("1003", f"The number of leadIds exceeds {MAX_LEADS}")
        if leads and lists:
            raise failure("1003", "leadIds and listId cannot be used together")
        where, bound = "true", list[Any]()
        if leads:
            where, bound = '"leadId" in (select unnest(?::bigint[]))', [leads]
        elif lists:
            where, bound = '"leadId" in (select "leadId" from marketo.list_members where "listId" = ?)', [lists[0]]
        return self._page(call, types, where, bound)

    def deleted(self, call: Call) -> Reply:
        """GET activities/deletedleads.json?nextPageToken=."""
        return self._page(call, [DELETE_LEAD], "true", [])

    def changes(self, call: Call) -> Reply:
        """GET activities/leadchanges.json?nextPageToken=&fields=."""
        known = attributes(self._store)
        names = call.values("fields")
        if not names:
            raise failure("701", "fields cannot be blank")
        for name in names:
            if name not in known:
                raise failure("1006", f"Field '{name}' not found")
        labels = {known[name].label: known[name] for name in names}
        where = '("activityTypeId" = ? or "primaryAttributeValue" in (select unnest(?)))'
        reply = self._page(call, [NEW_LEAD, CHANGE_DATA_VALUE], where, [NEW_LEAD, list(labels)])
        for row in reply.content["result"]:
            named = {entry["name"]: entry["value"] for entry in row["attributes"]}
            field = labels.get(row.pop("primaryAttributeValue", ""))
            row.pop("primaryAttributeValueId", None)
            new, old = named.pop("New Value", None), named.pop("Old Value", None)
            row["fields"] = (
                [{"id": field.number, "name": field.name, "newValue": new, "oldValue": old}] if field else []
            )
            row["attributes"] = [{"name": name, "value": value} for name, value in named.items()]
        return reply

    def _page(self, call: Call, types: list[int], where: str, bound: list[Any]) -> Reply:
        token = call.value("nextPageToken")
        if not token:
            raise failure("701", "nextPageToken cannot be blank")
        start, row = decode(token)
        end = start + WINDOW
        query = f"""
            select rowid, * from marketo.activities
            where "activityDate" >= ? and ("activityDate" > ? or rowid > ?) and "activityDate" < ?
                and "activityTypeId" in (select unnest(?::bigint[])) and {where}
            order by "activityDate", rowid limit {PAGE + 1}
        """
        with self._store.read() as cursor:
            result = cursor.execute(query, [start, start, row, end, types, *bound])
            names = [column[0] for column in result.description]
            found = [dict(zip(names, values, strict=True)) for values in result.fetchall()]
        page = found[:PAGE]
        position = (page[-1]["activityDate"], page[-1]["rowid"]) if page else (start, row)
        more = len(found) > PAGE
        if not more and end <= self._clock.now():
            position, more = (end, -1), True
        return success([_entry(entry) for entry in page], nextPageToken=encode(position), moreResult=more)


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    """Return an activity as REST shows it: what is null is left out."""
    entry = {"id": row.pop("rowid") + 1} | row
    entry["activityDate"] = timestamp(row["activityDate"])
    entry["attributes"] = json.loads(row["attributes"] or "[]")
    return {name: value for name, value in entry.items() if value is not None}
