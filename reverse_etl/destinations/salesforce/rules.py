"""The validation rules of the org: a record that one of them refuses is told with its words, and the others go on.

Fact: Tooling API Reference, ValidationRule. Reading them takes the permission "View Setup and Configuration".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import httpx

from connections.http import Connection

_FIELDS = "ValidationName, ErrorMessage, ErrorDisplayField, EntityDefinition.QualifiedApiName"


@dataclass(frozen=True)
class ValidationRule:
    """An active rule of the org; `field` is where the org shows its message, "" = above the page."""

    object_name: str
    name: str
    message: str
    field: str = ""


def active_rules(connection: Connection, object_names: Iterable[str]) -> list[ValidationRule] | None:
    """The active validation rules of some objects, by object and name; None if the user may not see them."""
    names = ", ".join(f"'{name}'" for name in sorted(set(object_names)))
    query = (
        f"SELECT {_FIELDS} FROM ValidationRule WHERE Active = true AND EntityDefinition.QualifiedApiName IN ({names})"
    )
    refused = (httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND)
    answer = connection.request("GET", "tooling/query", params={"q": query}, expect=refused)
    if answer.status_code in refused:
        return None
    return sorted(_rules(connection, answer), key=lambda rule: (rule.object_name, rule.name))


def _rules(connection: Connection, answer: httpx.Response) -> Iterator[ValidationRule]:
    while True:
        page = answer.json()
        for row in page["records"]:
            object_name = row["EntityDefinition"]["QualifiedApiName"]
            yield ValidationRule(
                object_name, row["ValidationName"], row["ErrorMessage"], row["ErrorDisplayField"] or ""
            )
        if page["done"]:
            return
        answer = connection.request("GET", page["nextRecordsUrl"])
