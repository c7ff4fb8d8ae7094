"""Reading a configured listing page by page, whatever way it is paged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connections import Connection

Record = dict[str, Any]


def listing(
    connection: Connection,
    path: str,
    records: str,
    params: Mapping[str, str],
    paging: Mapping[str, Any],
    headers: Mapping[str, str],
) -> Iterator[tuple[list[Record], Record]]:
    """Each page's records with the whole answer; a 204 is an empty listing."""
    query = dict(params)
    while True:
        response = connection.request("GET", path, params=query or None, headers=headers, expect=(204, 304))
        answer: Any = response.json() if response.content else {}
        found = answer if isinstance(answer, list) else value_at(answer, records) or []
        yield list(found), answer if isinstance(answer, dict) else {}
        following = _following(answer, paging, query)
        if following is None:
            return
        path, query = (following, {}) if isinstance(following, str) else (path, following)
        if isinstance(following, str):
            path, query = address(following)


def address(link: str) -> tuple[str, dict[str, str]]:
    """Path and query of a link, to be asked for on our own connection: a link never leads to another host."""
    parts = urlsplit(link)
    return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))


def value_at(body: Any, path: str) -> Any:
    """The value at a path such as `data.items`; a key with dots of its own (`@odata.nextLink`) is tried whole first."""
    if not path:
        return body
    if isinstance(body, Mapping) and path in body:
        return body[path]
    for step in path.split("."):
        if not isinstance(body, Mapping):
            return None
        body = body.get(step)
    return body


def _following(answer: Any, paging: Mapping[str, Any], query: Record) -> str | Record | None:
    kind = paging["kind"]
    if kind == "next_link":
        return value_at(answer, paging["at"]) or None
    if kind == "cursor":
        cursor = value_at(answer, paging["at"])
        return {**query, paging["param"]: str(cursor)} if cursor not in (None, "", False) else None
    if kind == "page" and value_at(answer, paging["more_at"]):
        return {**query, paging["param"]: str(int(query.get(paging["param"], paging.get("first", 1))) + 1)}
    return None
