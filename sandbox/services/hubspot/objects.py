"""Reading objects: one, pages of all, batches by id. What a merge took away answers as the record that survived."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.hubspot.errors import error_body, not_found, refusal
from sandbox.services.hubspot.moments import moment
from sandbox.services.hubspot.properties import ObjectType
from sandbox.services.hubspot.schema import Schema

PAGE, BATCH = 100, 100
_STAMPS = 'id, "createdAt", "updatedAt", archived, "archivedAt"'


def body_of(call: Call) -> dict[str, Any]:
    """Return the body as a JSON object; raises the vendor's 400."""
    try:
        body = call.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise refusal("VALIDATION_ERROR", "Invalid input JSON on line 1, column 1: Cannot construct instance from body")
    return body


def whole(call: Call, name: str, default: int, largest: int) -> int:
    """Return a whole number between 1 and `largest` from the query; raises the vendor's 400."""
    text = call.value(name) or str(default)
    if not text.isdigit() or not 1 <= int(text) <= largest:
        raise refusal("VALIDATION_ERROR", f"Invalid {name} {text!r}: must be between 1 and {largest}")
    return int(text)


def paging(call: Call, base: str, after: str) -> dict[str, Any]:
    """Return the paging block that leads to the next page."""
    others = "&".join(f"{key}={value}" for key, value in call.query if key != "after")
    return {
        "paging": {"next": {"after": after, "link": f"{base}{call.path}?{others}&after={after}".replace("?&", "?")}}
    }


class Objects:
    """Handlers that read objects; other parts read through `rows`."""

    def __init__(self, store: Store, clock: Clock, schema: Schema) -> None:
        self._store, self._clock, self._schema = store, clock, schema
        self.base_url = ""

    def rows(
        self, kind: ObjectType, names: Sequence[str], where: str, bound: Sequence[Any] = (), tail: str = "order by id"
    ) -> list[dict[str, Any]]:
        """Return objects as the interface gives them: unknown properties are left out, missing values are null."""
        live = kind.live
        shown = sorted({*(name for name in names if name in live), "createdate", "hs_object_id", kind.modified})
        columns = "".join(f', {live[name].column} as "{name}"' for name in shown)
        with self._store.read() as cursor:
            found = cursor.execute(
                f"select {_STAMPS}{columns} from {kind.table} where {where} {tail}", list(bound)
            ).fetchall()
        return [self._rendered(row, shown) for row in found]

    @staticmethod
    def _rendered(row: Sequence[Any], shown: Sequence[str]) -> dict[str, Any]:
        number, created, updated, archived, archived_at, *values = row
        result = {
            "id": str(number), "properties": dict(zip(shown, values, strict=True)), "createdAt": moment(created),
            "updatedAt": moment(updated), "archived": archived,
        }  # fmt: skip
        return result | ({"archivedAt": moment(archived_at)} if archived else {})

    # -- handlers
    def page(self, call: Call) -> Reply:
        """GET objects/{type}?limit=&after=&properties=&archived=&associations=&propertiesWithHistory=."""
        kind = self._schema.find(call.params["type"])
        limit = whole(call, "limit", 10, PAGE)
        after = call.value("after", "0")
        if not after.isdigit():
            raise refusal("VALIDATION_ERROR", f"The cursor {after!r} is invalid")
        history = call.values("propertiesWithHistory")
        if history and limit > 50:
            raise refusal("VALIDATION_ERROR", "The limit is 50 when propertiesWithHistory is asked for")
        archived = call.value("archived").lower() == "true"
        names = call.values("properties") or kind.defaults
        where, bound = "archived = ? and merged_into is null and id > ?", [archived, int(after)]
        rows = self.rows(kind, names, where, bound, f"order by id limit {limit + 1}")
        shown = rows[:limit]
        self._add_history(kind, shown, history)
        self._add_associations(kind, shown, call.values("associations"))
        more = paging(call, self.base_url, shown[-1]["id"]) if len(rows) > limit else {}
        return Reply({"results": shown} | more)

    def one(self, call: Call) -> Reply:
        """GET objects/{type}/{id}?idProperty=&properties=&archived=."""
        kind = self._schema.find(call.params["type"])
        archived = call.value("archived").lower() == "true"
        row = self.resolve(kind, [call.params["id"]], call.value("idProperty"), archived).get(call.params["id"])
        if row is None:
            raise not_found()
        shown = self.rows(kind, call.values("properties") or kind.defaults, "id = ?", [row])
        self._add_history(kind, shown, call.values("propertiesWithHistory"))
        self._add_associations(kind, shown, call.values("associations"))
        return Reply(shown[0])

    def resolve(
        self, kind: ObjectType, keys: Sequence[str], id_property: str = "", archived: bool = False
    ) -> dict[str, int]:
        """Return the id of each key that exists; a merged record's id leads to the survivor."""
        live = kind.live
        if id_property and id_property != "hs_object_id" and not (id_property in live and live[id_property].unique):
            raise refusal(
                "VALIDATION_ERROR", f"Property '{id_property}' is not a unique identifier property of {kind.name}"
            )
        by_id = not id_property or id_property == "hs_object_id"
        key = "id::varchar" if by_id else f"lower({live[id_property].column})"
        wanted = {key if by_id else key.lower(): key for key in keys}
        query = f"""select {key}, coalesce(merged_into, id) from {kind.table}
            where archived = ? and {key} in (select unnest(?))"""
        query += "" if by_id else " and merged_into is null"
        with self._store.read() as cursor:
            found = cursor.execute(query, [archived, list(wanted)]).fetchall()
        return {wanted[value]: int(number) for value, number in found}

    def batch_read(self, call: Call) -> Reply:
        """POST objects/{type}/batch/read {properties, inputs [{id}], idProperty?}."""
        kind, body = self._schema.find(call.params["type"]), body_of(call)
        keys = [str(entry["id"]) for entry in inputs_of(body)]
        archived = call.value("archived").lower() == "true"
        found = self.resolve(kind, keys, str(body.get("idProperty") or ""), archived)
        names = body.get("properties") or kind.defaults
        rows = self.rows(kind, names, "id in (select unnest(?::bigint[]))", [sorted(set(found.values()))])
        self._add_history(kind, rows, body.get("propertiesWithHistory") or [])
        return batch_reply(self._clock.now(), rows, missing(kind, [key for key in keys if key not in found]))

    def _add_history(self, kind: ObjectType, rows: list[dict[str, Any]], names: Sequence[str]) -> None:
        if not names:
            return
        query = """select id, name, value, moment from hubspot.property_history
            where object_type = ? and id in (select unnest(?::bigint[])) and name in (select unnest(?))
            order by moment desc"""
        with self._store.read() as cursor:
            found = cursor.execute(query, [kind.name, [int(row["id"]) for row in rows], list(names)]).fetchall()
        for row in rows:
            row["propertiesWithHistory"] = {name: [] for name in names if name in kind.live}
            for number, name, value, at in found:
                if str(number) == row["id"]:
                    version = {"value": value, "timestamp": moment(at), "sourceType": "CRM_UI"}
                    row["propertiesWithHistory"][name].append(version)

    def _add_associations(self, kind: ObjectType, rows: list[dict[str, Any]], names: Sequence[str]) -> None:
        for name in names:
            other = self._schema.find(name)
            query = """select from_id, to_id, coalesce(types.label, '') from hubspot.associations as pairs
                left join hubspot.association_types as types using (from_type, to_type, type_id)
                where pairs.from_type = ? and pairs.to_type = ? and from_id in (select unnest(?::bigint[]))
                order by all"""
            with self._store.read() as cursor:
                found = cursor.execute(query, [kind.name, other.name, [int(row["id"]) for row in rows]]).fetchall()
            name = f"{kind.singular}_to_{other.singular}"
            for row in rows:
                of_row = [
                    {"id": str(to), "type": f"{name}_{label.lower()}".rstrip("_")}
                    for number, to, label in found
                    if str(number) == row["id"]
                ]
                if of_row:
                    row.setdefault("associations", {})[other.name] = {"results": of_row}


def inputs_of(body: dict[str, Any], largest: int = BATCH) -> list[dict[str, Any]]:
    """Return the inputs of a batch; raises the vendor's 400."""
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(entry, dict) for entry in inputs):
        raise refusal("VALIDATION_ERROR", "Invalid input JSON: Some required fields were not set: [inputs]")
    if len(inputs) > largest:
        raise refusal("VALIDATION_ERROR", f"The maximum number of inputs supported in a batch request is {largest}")
    return inputs


def missing(kind: ObjectType, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return the batch error for keys that do not exist."""
    if not keys:
        return []
    message = (
        f"Could not get some {kind.name.upper()} objects, they may be deleted or not exist. Check that ids are valid."
    )
    error = error_body("OBJECT_NOT_FOUND", message, context={"ids": list(keys)})
    del error["correlationId"]
    return [error]


def batch_reply(
    now: datetime, rows: Sequence[dict[str, Any]], errors: Sequence[dict[str, Any]], status: int = 200
) -> Reply:
    """Return a batch's answer: `status`, or 207 when a part of it failed."""
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": list(rows),
        "startedAt": moment(now),
        "completedAt": moment(now),
    }
    if errors:
        body |= {"numErrors": len(errors), "errors": list(errors)}
    return Reply(body, 207 if errors else status)
