"""The small things around the objects: owners, deal stages, lists and who is on them. Complete listings, compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa

from ingestion.deletions import marked_deleted, snapshot_changes
from ingestion.frames import FLAG, MOMENT, NUMBER, TEXT, WHOLE, frame
from ingestion.hubspot.fields import Record
from ingestion.hubspot.source import DATASET, HubSpot
from ingestion.rounds import Round, State
from ingestion.warehouse import rows

_OWNER = {
    "id": TEXT, "email": TEXT, "firstName": TEXT, "lastName": TEXT, "userId": WHOLE, "createdAt": MOMENT,
    "updatedAt": MOMENT, "archived": FLAG,
}  # fmt: skip
_STAGE = {
    "pipeline_id": TEXT, "pipeline_label": TEXT, "stage_id": TEXT, "stage_label": TEXT, "display_order": WHOLE,
    "is_closed": FLAG, "probability": NUMBER,
}  # fmt: skip
_LIST = {
    "listId": TEXT, "name": TEXT, "processingType": TEXT, "objectTypeId": TEXT, "createdAt": MOMENT,
    "updatedAt": MOMENT, "size": WHOLE,
}  # fmt: skip
_MEMBER = {"list_id": TEXT, "record_id": TEXT, "joined_at": MOMENT}
MEMBERS = "list_members"
_LISTS_PER_CALL, _MEMBERS_PER_CALL, _OWNERS_PER_CALL = 500, 250, 500


def owner_pages(hubspot: HubSpot, _state: State, _current: Round) -> Iterator[pa.Table]:
    """Owners, those who left the portal too: they still own records."""
    listed = [
        {name: row.get(name) for name in _OWNER}
        for archived in ("false", "true")
        for found, _ in hubspot.client.pages("/crm/v3/owners", limit=_OWNERS_PER_CALL, archived=archived)
        for row in found
    ]
    yield from _changed(hubspot, "owners", ("id",), frame(listed, _OWNER))


def stage_pages(hubspot: HubSpot, _state: State, _current: Round) -> Iterator[pa.Table]:
    """The stages of each deal pipeline, with what they mean."""
    listed = [
        {
            "pipeline_id": pipeline["id"], "pipeline_label": pipeline["label"], "stage_id": stage["id"],
            "stage_label": stage["label"], "display_order": stage.get("displayOrder"),
            "is_closed": str(stage.get("metadata", {}).get("isClosed")).lower() == "true",
            "probability": float(stage.get("metadata", {}).get("probability") or 0),
        }
        for pipeline in hubspot.client.get("/crm/v3/pipelines/deals")["results"]
        for stage in pipeline["stages"]
    ]  # fmt: skip
    yield from _changed(hubspot, "deal_stages", ("pipeline_id", "stage_id"), frame(listed, _STAGE))


def list_pages(hubspot: HubSpot, _state: State, current: Round) -> Iterator[pa.Table]:
    """Lists, active and static."""
    listed: list[Record] = []
    while True:
        body = {"query": "", "count": _LISTS_PER_CALL, "offset": len(listed), "additionalProperties": ["hs_list_size"]}
        answer = hubspot.client.connection.request("POST", "/crm/v3/lists/search", json=body, idempotent=True).json()
        listed += [
            {**{name: one.get(name) for name in _LIST}, "size": int(one["additionalProperties"]["hs_list_size"])}
            for one in answer["lists"]
        ]
        if not answer["hasMore"]:
            break
    for page in _changed(hubspot, "lists", ("list_id",), frame(listed, _LIST)):
        hubspot.landing["lists"] = current
        yield page


def member_pages(hubspot: HubSpot, state: State, current: Round) -> Iterator[pa.Table]:
    """Members of lists that look changed or were last read long ago; who left is marked."""
    if hubspot.landing.get("lists") is current:
        current.unfinished.add(MEMBERS)
        return
    if "lists" not in state:
        yield frame([], _MEMBER).append_column("is_deleted", pa.array([], FLAG))
        state["lists"] = {}
    sql = f"select list_id, coalesce(size, 0), updated_at from {DATASET}.lists where not is_deleted order by list_id"
    now = datetime.now(UTC)
    for number, size, updated in rows(hubspot.warehouse, sql):
        version, read = f"{size} {updated}", state["lists"].get(number, ["", "1970-01-01T00:00:00+00:00"])
        due = now - datetime.fromisoformat(read[1]) > hubspot.options.reread_members_every
        if read[0] == version and not due:
            continue
        changes = snapshot_changes(
            hubspot.warehouse,
            DATASET,
            MEMBERS,
            ("list_id", "record_id"),
            _members(hubspot, number),
            f"list_id = '{number}'",
        )
        state["lists"][number] = [version, now.isoformat()]
        if changes is not None:
            yield changes
    gone = f"list_id in (select list_id from {DATASET}.lists where is_deleted)"
    left = marked_deleted(hubspot.warehouse, DATASET, MEMBERS, gone)
    if left is not None:
        yield left


def _members(hubspot: HubSpot, number: str) -> pa.Table:
    path = f"/crm/v3/lists/{number}/memberships"
    listed = [
        {"list_id": number, "record_id": str(row["recordId"]), "joined_at": row.get("membershipTimestamp")}
        for found, _ in hubspot.client.pages(path, limit=_MEMBERS_PER_CALL)
        for row in found
    ]
    return frame(listed, _MEMBER)


def _changed(hubspot: HubSpot, table: str, key: tuple[str, ...], page: pa.Table) -> Iterator[pa.Table]:
    changes = snapshot_changes(hubspot.warehouse, DATASET, table, key, page)
    if changes is not None:
        yield changes
