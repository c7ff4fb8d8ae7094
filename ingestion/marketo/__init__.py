"""Marketo: who is in the marketing database and what they did, programs and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pyarrow as pa

from connections import Connection, RequestRejected, open_marketo
from connections.marketo import read_daily_usage
from ingestion.context import Context, Period, SourceSpec
from ingestion.deletions import snapshot_changes
from ingestion.frames import MOMENT, TEXT, WHOLE, frame
from ingestion.marketo import activities, client, leads, members
from ingestion.marketo.source import DATASET, Marketo, MarketoOptions
from ingestion.rounds import Pages, Round, State, Table

_STAMPED = {"id": WHOLE, "name": TEXT, "createdAt": MOMENT, "updatedAt": MOMENT}
_PROGRAM = _STAMPED | {"type": TEXT, "channel": TEXT, "status": TEXT}
_DELETION = {"leadId": WHOLE, "activityDate": MOMENT, "marketoGUID": TEXT, "primaryAttributeValue": TEXT}
# Marketo tells deletions for a fortnight; older ones concern leads that never were landed.
_DELETIONS_KEPT = timedelta(days=14)

# In 20 s, of the 100 that all apps share: nobody else has called today. Should somebody begin, 606 slows us down.
_CALLS_WHEN_ALONE = 95


def pages(context: Context) -> dict[str, Pages]:
    """The rows of each table, those first on which the others depend."""
    connection = context.connection
    usage = read_daily_usage(connection)
    if usage.users <= 1:
        connection.allow(_CALLS_WHEN_ALONE)
    types = [
        kind | {"primaryAttribute": (kind.get("primaryAttribute") or {}).get("name")}
        for kind in connection.request("GET", "v1/activities/types.json").json()["result"]
    ]
    marketo = Marketo(
        connection=connection,
        warehouse=context.warehouse,
        scratch=context.scratch,
        options=context.options,
        until=usage.day + timedelta(days=1),
        activity_types=[kind["id"] for kind in types],
    )
    kinds = {"id": WHOLE, "name": TEXT, "primaryAttribute": TEXT}
    return {
        "activity_types": partial(_listed, marketo, "activity_types", lambda: frame(types, kinds)),
        "programs": partial(_listed, marketo, "programs", lambda: _programs(connection)),
        "lists": partial(_listed, marketo, "lists", lambda: _lists(connection)),
        "deleted_leads": partial(_deletion_pages, marketo),
        "leads": partial(leads.lead_pages, marketo),
        "activities": partial(activities.activity_pages, marketo),
        "list_members": partial(members.member_pages, marketo),
    }


def again(context: Context, period: Period) -> dict[str, Pages]:
    """The activities of a period."""
    return {activities.TABLE: partial(activities.period_pages, context, period)}


def _programs(connection: Connection) -> pa.Table:
    return frame(client.assets(connection, "asset/v1/programs.json"), _PROGRAM)


def _lists(connection: Connection) -> pa.Table:
    return frame([record for page in client.listing(connection, "v1/lists.json") for record in page], _STAMPED)


def _listed(
    marketo: Marketo, table: str, listing: Callable[[], pa.Table], _memory: State, current: Round
) -> Iterator[pa.Table]:
    """What changed in a listing that is short enough to be read whole each time."""
    changes = snapshot_changes(marketo.warehouse, DATASET, table, ("id",), listing())
    if changes is not None:
        marketo.landing[table] = current
        yield changes


def _deletion_pages(marketo: Marketo, memory: State, current: Round) -> Iterator[pa.Table]:
    """Deleted leads, from the token that the last load ended with."""
    if "token" not in memory:
        yield frame([], _DELETION)
    for records, token in _deletions(marketo, memory.get("token")):
        if records:
            marketo.landing["deleted_leads"] = current
            yield frame([{name: record.get(name) for name in _DELETION} for record in records], _DELETION)
        memory["token"] = token


def _deletions(marketo: Marketo, token: str | None) -> Iterator[tuple[client.Records, str]]:
    path, since = "v1/activities/deletedleads.json", marketo.until - _DELETIONS_KEPT
    try:
        start = token or client.paging_token(marketo.connection, since)
        yield from client.token_pages(marketo.connection, path, start)
    except RequestRejected:
        if token is None:
            raise
        # The token has expired; what is told twice is landed once.
        yield from client.token_pages(marketo.connection, path, client.paging_token(marketo.connection, since))


def _probe(connection: Connection) -> str:
    """Read the activity types."""
    types = connection.request("GET", "v1/activities/types.json").json()["result"]
    return f"{len(types)} activity types read"


MARKETO = SourceSpec(
    name="marketo",
    tables=(
        Table("activity_types", ("id",)),
        Table("programs", ("id",), version="updated_at"),
        Table("lists", ("id",), version="updated_at"),
        Table("activities", ("marketo_guid",), immutable=True),
        Table("deleted_leads", ("lead_id",), immutable=True),
        Table("leads", ("id",), version="updated_at"),
        Table("list_members", members.KEY),
    ),
    opener=open_marketo,
    pages=pages,
    options=MarketoOptions,
    probe=_probe,
    again=again,
)
