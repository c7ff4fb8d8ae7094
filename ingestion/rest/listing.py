"""Reading a configured listing page by page, whatever way it is paged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connections import Connection

Record = dict[str, Any]
Place = tuple[str, dict[str, str]]  # path and query of a page


@dataclass(frozen=True)
class Page:
    """A page's records, the whole answer, and where the next page is."""

    records: list[Record]
    answer: Record
    following: Place | None


def listing(
    connection: Connection,
    place: Place | None,
    records: str,
    paging: Mapping[str, Any],
    headers: Mapping[str, str],
    method: str = "GET",
) -> Iterator[Page]:
    """Page after page from a place on, its query in the address or (POST) in the body; a 204 or 304 is empty."""
    while place is not None:
        path, query = place
        sent: dict[str, Any] = {"json": query, "idempotent": True} if method == "POST" else {"params": query or None}
        response = connection.request(method, path, headers=headers, expect=(204, 304), **sent)
        answer: Any = response.json() if response.content else {}
        listed = answer if isinstance(answer, list) else value_at(answer, records) or []
        found = list(listed.values() if isinstance(listed, dict) else listed)
        place = _following(answer, paging, place, len(found))
        yield Page(found, answer if isinstance(answer, dict) else {}, place)


def address(link: str) -> Place:
    """Path and query of a link, to be asked for on our own connection: a link never leads to another host."""
    parts = urlsplit(link)
    return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))


def value_at(body: Any, path: str) -> Any:
    """The value at a path such as `data.items` or `emails.0.value`; a key with dots of its own is tried whole first."""
    if not path:
        return body
    if isinstance(body, Mapping) and path in body:
        return body[path]
    for step in path.split("."):
        if isinstance(body, Mapping):
            body = body.get(step)
        elif isinstance(body, list) and step.isdigit():
            body = body[int(step)] if int(step) < len(body) else None
        else:
            return None
    return body


def _following(answer: Any, paging: Mapping[str, Any], place: Place, found: int) -> Place | None:
    (path, query), kind = place, paging["kind"]
    if kind == "next_link":
        link = value_at(answer, paging["at"])
        return address(str(link)) if link else None
    if kind == "cursor":
        is_last = "more_at" in paging and not value_at(answer, paging["more_at"])
        cursor = None if is_last else value_at(answer, paging["at"])
        return (path, {**query, paging["param"]: str(cursor)}) if cursor not in (None, "", False) else None
    if kind in ("page", "offset") and found and value_at(answer, paging["more_at"]):
        step, first = (1, paging.get("first", 1)) if kind == "page" else (found, 0)
        return path, {**query, paging["param"]: str(int(query.get(paging["param"], first)) + step)}
    return None
