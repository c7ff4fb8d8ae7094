"""What hangs on objects that have landed: their associations, and the stages that deals have gone through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pyarrow as pa

from ingestion.deletions import marked_deleted, snapshot_changes
from ingestion.frames import MOMENT, TEXT, frame
from ingestion.hubspot.client import HISTORY_BATCH, LINKS
from ingestion.hubspot.fields import Record
from ingestion.hubspot.source import DATASET, KINDS, HubSpot
from ingestion.rounds import Round, State
from ingestion.warehouse import tables_of

ASSOCIATIONS, STAGES = "associations", "deal_stage_changes"
KEY = ("from_object", "from_id", "to_object", "to_id")
_COLUMNS = dict.fromkeys((*KEY, "type_ids", "labels"), TEXT)
_STAGE = {"deal_id": TEXT, "stage": TEXT, "changed_at": MOMENT, "source_type": TEXT}


def association_pages(hubspot: HubSpot, state: State, current: Round) -> Iterator[pa.Table]:
    """Associations of objects that loads since the last time brought; those that are no longer there, marked."""
    if hubspot.must_wait(current):
        current.unfinished.add(ASSOCIATIONS)
        return
    if not state:
        yield _page([]).append_column("is_deleted", pa.array([], pa.bool_()))
    tables = tables_of(hubspot.warehouse, DATASET)
    for kind in KINDS:
        latest = hubspot.latest_load(kind.name)
        ids = hubspot.landed_since(kind.name, state.get(kind.name, ""))
        for other in kind.links:
            for first in range(0, len(ids), LINKS):
                changes = _changes(hubspot, kind.name, other, ids[first : first + LINKS])
                if changes is not None:
                    yield changes
        if latest:
            state[kind.name] = latest
    gone = " or ".join(
        f"({side}_object = '{kind.name}' and {side}_id in (select id from {DATASET}.{kind.name} where is_deleted))"
        for kind in KINDS
        for side in ("from", "to")
        if tables.get(kind.name)
    )
    cut = marked_deleted(hubspot.warehouse, DATASET, ASSOCIATIONS, gone or "false")
    if cut is not None:
        yield cut


def _changes(hubspot: HubSpot, kind: str, other: str, ids: Sequence[str]) -> pa.Table | None:
    found = hubspot.client.links(kind, other, ids)
    listed = [_row(kind, result["from"]["id"], other, target) for result in found for target in result["to"]]
    inside = ", ".join(f"'{int(one)}'" for one in ids)
    scope = f"from_object = '{kind}' and to_object = '{other}' and from_id in ({inside})"
    return snapshot_changes(hubspot.warehouse, DATASET, ASSOCIATIONS, KEY, _page(_unique(listed)), scope)


def _row(kind: str, number: str, other: str, target: Record) -> Record:
    types = sorted(target["associationTypes"], key=lambda one: int(one["typeId"]))
    labels = sorted({str(one["label"]) for one in types if one.get("label")})
    return {
        "from_object": kind, "from_id": str(number), "to_object": other, "to_id": str(target["toObjectId"]),
        "type_ids": "|".join(str(one["typeId"]) for one in types), "labels": "|".join(labels) or None,
    }  # fmt: skip


def _unique(listed: Sequence[Record]) -> list[Record]:
    """One row per pair: an object with more associations than a page may be told of one twice."""
    return list({tuple(row[name] for name in KEY): row for row in listed}.values())


def _page(listed: Sequence[Record]) -> pa.Table:
    return frame(listed, _COLUMNS)


def stage_pages(hubspot: HubSpot, state: State, current: Round) -> Iterator[pa.Table]:
    """The stages of deals that loads since the last time brought, each with its time."""
    if hubspot.must_wait(current):
        current.unfinished.add(STAGES)
        return
    if not state:
        yield frame([], _STAGE)
    latest = hubspot.latest_load("deals")
    ids = hubspot.landed_since("deals", state.get("deals", ""))
    for first in range(0, len(ids), HISTORY_BATCH):
        found = hubspot.client.histories("deals", ids[first : first + HISTORY_BATCH], "dealstage")
        changes = [_change(deal["id"], one) for deal in found for one in _versions(deal)]
        if changes:
            yield frame(changes, _STAGE)
    if latest:
        state["deals"] = latest


def _versions(deal: Record) -> Iterator[Record]:
    """The values of one deal, oldest first, without repetitions."""
    versions = sorted(deal.get("propertiesWithHistory", {}).get("dealstage", []), key=lambda one: str(one["timestamp"]))
    for _, same in groupby(versions, key=lambda one: str(one["value"])):
        yield next(same)


def _change(deal: str, version: Record) -> Record:
    return {
        "deal_id": deal, "stage": version["value"], "changed_at": version["timestamp"],
        "source_type": version.get("sourceType"),
    }  # fmt: skip
