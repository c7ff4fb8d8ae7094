"""Leads: describe, get by filter, create and update, delete."""

import base64
from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.marketo.attributes import DEFAULT_FIELDS, Attribute, attributes
from sandbox.services.marketo.envelope import body, failure, numbers, success, timestamp
from sandbox.services.marketo.saving import LeadWriter

MAX_VALUES, MAX_MATCHES, PAGE = 300, 1000, 300


def offset_of(call: Call) -> int:
    """Return where the page that nextPageToken asks for begins."""
    token = call.value("nextPageToken")
    try:
        return int(base64.b32decode(token).decode()) if token else 0
    except ValueError:
        raise failure("1003", f"Invalid nextPageToken '{token}'") from None


def page_size(call: Call) -> int:
    """Return batchSize, at most 300."""
    given = numbers(call, "batchSize")
    return min(PAGE, max(1, given[0])) if given else PAGE


def token_for(offset: int) -> str:
    """Return the token of the page that begins there."""
    return base64.b32encode(str(offset).encode()).decode()


class Leads:
    """Handlers for leads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._writer = LeadWriter(store, clock)

    def describe(self, call: Call) -> Reply:
        """GET leads/describe.json."""
        return success([attribute.describe() for attribute in attributes(self._store).values()])

    def by_id(self, call: Call) -> Reply:
        """GET lead/{id}.json."""
        if not call.params["id"].isdigit():
            raise failure("610")
        found = self.select(self.fields(call), "id = ?", [int(call.params["id"])], "")
        if not found:
            raise failure("1004", f"Lead not found for id {call.params['id']}")
        return success(found)

    def by_filter(self, call: Call) -> Reply:
        """GET leads.json?filterType=&filterValues=."""
        known, name, values = attributes(self._store), call.value("filterType"), call.values("filterValues")
        if not name or not values:
            raise failure("1003", f"{'filterType' if not name else 'filterValues'} not specified")
        attribute = known.get(name)
        if attribute is None or attribute.type not in ("string", "email", "integer", "phone", "url"):
            raise failure("1003", f"Invalid filterType '{name}'")
        if len(values) > MAX_VALUES:
            raise failure("1003", f"The number of filterValues exceeds {MAX_VALUES}")
        if attribute.type == "integer":
            numbers(call, "filterValues")
        where = f'lower("{name}"::varchar) in (select unnest(?))'
        bound = [[value.lower() for value in values]]
        with self._store.read() as cursor:
            matches = cursor.execute(f"select count(*) from marketo.leads where {where}", bound).fetchall()[0][0]
        if matches > MAX_MATCHES:
            raise failure("1003", "Too many results match the filter")
        start, size = offset_of(call), page_size(call)
        rows = self.select(self.fields(call), where, bound, f"order by id limit {size} offset {start}")
        more = {"nextPageToken": token_for(start + size)} if start + size < matches else {}
        return success(rows, **more)

    def fields(self, call: Call) -> list[Attribute]:
        """Return the fields asked for; refuses unknown ones with 1006."""
        known = attributes(self._store)
        names = list(dict.fromkeys(["id", *call.values("fields")])) if call.values("fields") else list(DEFAULT_FIELDS)
        for name in names:
            if name not in known:
                raise failure("1006", f"Field '{name}' not found")
        return [known[name] for name in names]

    def select(self, fields: list[Attribute], where: str, bound: list[Any], rest: str) -> list[dict[str, Any]]:
        """Return leads as records, nulls as null."""
        columns = ", ".join(f'"{field.name}"' for field in fields)
        with self._store.read() as cursor:
            rows = cursor.execute(f"select {columns} from marketo.leads where {where} {rest}", bound).fetchall()
        return [
            {f.name: timestamp(v) if f.type == "datetime" else v for f, v in zip(fields, row, strict=True)}
            for row in rows
        ]

    def sync(self, call: Call) -> Reply:
        """POST leads.json: createOrUpdate, createOnly, updateOnly, createDuplicate."""
        content = body(call)
        action, lookup = content.get("action", "createOrUpdate"), content.get("lookupField", "email")
        if action not in ("createOrUpdate", "createOnly", "updateOnly", "createDuplicate"):
            raise failure("1003", f"Invalid action '{action}'")
        if lookup not in attributes(self._store):
            raise failure("1011", f"Field '{lookup}' is not supported as lookupField")
        return success(self._writer.save(self._input(content), action, lookup))

    def delete(self, call: Call) -> Reply:
        """POST leads/delete.json."""
        given = [entry.get("id") for entry in self._input(body(call))] if call.body else numbers(call, "id")
        return success(self._writer.delete(given))

    def _input(self, content: dict[str, Any]) -> list[dict[str, Any]]:
        records = content.get("input")
        if not isinstance(records, list) or not records or not all(isinstance(record, dict) for record in records):
            raise failure("1003", "input must hold at least one record")
        if len(records) > MAX_VALUES:
            raise failure("1003", f"The number of records exceeds {MAX_VALUES}")
        return records
