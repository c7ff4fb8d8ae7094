"""HubSpot's calls: pages, batches by id, and searches that get past the 10,000 results of one search."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connections import Connection, RequestRejected
from connections.throttle import Rate, Throttle
from ingestion.hubspot.fields import Record

PAGE, BATCH, HISTORY_BATCH, LINKS, SEARCH_PAGE, REACH = 100, 100, 50, 1000, 200, 10_000
# An address may have some 16,000 characters in all; beyond half of it the properties go into a batch's body.
_LONGEST_QUERY = 8_000
_IN_PARTS = (207,)


class Client:
    """One connection and the pace of its searches."""

    def __init__(self, connection: Connection, searches_per_second: int) -> None:
        self.connection = connection
        self._throttle = Throttle(Rate(calls=searches_per_second, seconds=1.0))

    def get(self, path: str, **params: Any) -> Any:
        """GET a JSON answer."""
        return self.connection.request("GET", path, params=params or None).json()

    def pages(self, path: str, **params: Any) -> Iterator[tuple[list[Record], str | None]]:
        """A listing paged by `after`: records, and where the next page begins (None: it was the last)."""
        while True:
            answer = self.get(path, **params)
            after = answer.get("paging", {}).get("next", {}).get("after")
            yield answer["results"], after
            if after is None:
                return
            params["after"] = after

    def properties(self, kind: str) -> list[Record]:
        """The definitions of an object's properties."""
        return list(self.get(f"/crm/v3/properties/{kind}")["results"])

    def listing(
        self, kind: str, properties: Sequence[str], after: str | None, *, archived: bool = False
    ) -> Iterator[tuple[list[Record], str | None]]:
        """All objects of a kind, a hundred at a time, from `after` on."""
        names = ",".join(properties)
        short = len(quote(names)) <= _LONGEST_QUERY
        params = {"limit": str(PAGE), "archived": str(archived).lower()} | ({"after": after} if after else {})
        if short:
            params["properties"] = names
        for records, following in self.pages(f"/crm/v3/objects/{kind}", **params):
            whole = short or not records
            ids = [record["id"] for record in records]
            yield records if whole else self.batch(kind, ids, properties, archived=archived), following

    def batch(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, archived: bool = False
    ) -> list[Record]:
        """Those of at most a hundred objects that exist."""
        body = {"properties": list(properties), "propertiesWithHistory": [], "inputs": [{"id": one} for one in ids]}
        return self._batch(f"/crm/v3/objects/{kind}/batch/read?archived={str(archived).lower()}", body)

    def histories(self, kind: str, ids: Sequence[str], name: str) -> list[Record]:
        """At most fifty objects with every value that one property has had."""
        body = {"properties": [name], "propertiesWithHistory": [name], "inputs": [{"id": one} for one in ids]}
        return self._batch(f"/crm/v3/objects/{kind}/batch/read", body)

    def links(self, kind: str, other: str, ids: Sequence[str]) -> list[Record]:
        """The associations of at most a thousand objects: [{from, to [{toObjectId, associationTypes}]}]."""
        path = f"/crm/v4/associations/{kind}/{other}/batch/read"
        found, waiting = list[Record](), [{"id": one} for one in ids]
        while waiting:
            results = self._batch(path, {"inputs": waiting})
            found += results
            waiting = [
                {"id": row["from"]["id"], "after": row["paging"]["next"]["after"]}
                for row in results
                if row.get("paging")
            ]
        return found

    def _batch(self, path: str, body: Record) -> list[Record]:
        """What exists of a batch: 207 says that the rest does not, or has no associations."""
        answer = self.connection.request("POST", path, json=body, idempotent=True, expect=_IN_PARTS).json()
        return list(answer["results"])

    # -- search
    def search(self, kind: str, body: Record) -> Record:
        """One page of a search, at the pace that searches allow."""
        self._throttle.wait()
        path = f"/crm/v3/objects/{kind}/search"
        return dict(self.connection.request("POST", path, json=body, idempotent=True).json())

    def newest(self, kind: str, modified: str) -> Record:
        """{total, results}: how many objects live, and the latest changed of them, latest first."""
        sorts = [{"propertyName": modified, "direction": "DESCENDING"}]
        return self.search(kind, {"sorts": sorts, "properties": [modified], "limit": SEARCH_PAGE})

    def changed(self, kind: str, modified: str, since: datetime, filled: Sequence[str] = ()) -> Iterator[list[Record]]:
        """Objects changed since a time, and those that have a value in one of at most four `filled` properties."""
        low, start = 0 if filled else milliseconds(since), milliseconds(since)
        while True:
            groups = [[_compare(modified, "GTE", max(low, start))]]
            groups += [
                [_compare(modified, "GTE", low), {"propertyName": name, "operator": "HAS_PROPERTY"}] for name in filled
            ]
            last = yield from self._window(kind, groups, modified, modified)
            if last is None:
                return
            reached = milliseconds(moment(last["properties"][modified]))
            if reached == low:  # one time stamp has more objects than a search can show: by their ids, then past it
                yield from self._stamped(kind, modified, low)
                reached += 1
            low = reached

    def _stamped(self, kind: str, modified: str, stamp: int) -> Iterator[list[Record]]:
        """All objects that carry one time stamp."""
        low = 0
        while True:
            filters = [_compare(modified, "EQ", stamp), _compare("hs_object_id", "GT", low)]
            last = yield from self._window(kind, [filters], "hs_object_id", modified)
            if last is None:
                return
            low = int(last["id"])

    def _window(
        self, kind: str, groups: list[list[Record]], order: str, modified: str
    ) -> Generator[list[Record], None, Record | None]:
        """What one search can show, in `order`; returns the last object if there is more, None at the end."""
        body: Record = {
            "filterGroups": [{"filters": filters} for filters in groups],
            "sorts": [{"propertyName": order, "direction": "ASCENDING"}],
            "properties": [modified],
            "limit": SEARCH_PAGE,
        }
        last: Record | None = None
        for after in range(0, REACH, SEARCH_PAGE):
            answer = self.search(kind, body | ({"after": str(after)} if after else {}))
            yield answer["results"]
            last = answer["results"][-1] if answer["results"] else last
            if after + len(answer["results"]) >= answer["total"] or not answer["results"]:
                return None
        return last


def moment(text: str) -> datetime:
    """A time as HubSpot writes it, as naive UTC."""
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read


def milliseconds(at: datetime) -> int:
    """Naive UTC as the milliseconds since 1970 that searches compare with."""
    return round(at.replace(tzinfo=UTC).timestamp() * 1000)


def refused(rejected: RequestRejected) -> bool:
    """Whether a portal or an app has no right to an endpoint (a scope or a subscription is missing)."""
    return rejected.status in (402, 403)


def _compare(name: str, operator: str, value: int) -> Record:
    return {"propertyName": name, "operator": operator, "value": str(value)}
