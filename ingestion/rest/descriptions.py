"""The fields that a system has beyond those that its file names: asked for by name, landed under the system's own."""

from __future__ import annotations

from collections.abc import Mapping

from connections import Connection
from ingestion.rest.configuration import Resource
from ingestion.rest.listing import value_at
from ingestion.rounds import State


def describe(connection: Connection, resource: Resource, headers: Mapping[str, str], state: State) -> bool:
    """Learn which fields there are; True if there are new ones since the listing was read last.

    The memory holds `fields` (name -> the system's statement for it, or the name) and `labels` (name -> label).
    """
    own = resource.describe
    answer = connection.request("GET", own["path"], params=own.get("params"), headers=headers).json()
    found = [one for one in value_at(answer, own["records"]) or [] if _is_wanted(one, own.get("only", {}))]
    named = {str(value_at(one, own["name"])): one for one in found}
    before = state.get("fields")
    state["fields"] = {name: str(value_at(one, own.get("statement", own["name"]))) for name, one in named.items()}
    if "label" in own:
        state["labels"] = {name: str(value_at(one, own["label"]) or name) for name, one in named.items()}
    return before is not None and bool(state["fields"].keys() - before.keys())


def asked_for(resource: Resource, state: State) -> tuple[dict[str, str], list[str]]:
    """Fields that the file does not name, with their statements; and the names for which there is no room (`most`)."""
    declared = {field.path.partition(".")[0] for field in resource.fields}
    declared |= {f"{{{{{field.path}}}}}" for field in resource.fields}
    further = {
        name: text for name, text in state.get("fields", {}).items() if name not in declared and text not in declared
    }
    room = int(resource.describe.get("most", 10_000)) - len(resource.fields)
    names = list(further)
    return {name: further[name] for name in names[:room]}, names[room:]


def _is_wanted(field: Mapping[str, object], only: Mapping[str, object]) -> bool:
    return all(value_at(field, name) == value for name, value in only.items())
