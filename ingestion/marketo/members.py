"""Who is on which static list: lists are read whole, and again when activities say that somebody came or went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from connections import RequestRejected
from ingestion.deletions import living, marked_deleted, snapshot_changes
from ingestion.frames import WHOLE, csv_pages
from ingestion.marketo import client
from ingestion.marketo.extracts import Extractor
from ingestion.marketo.source import DATASET, Marketo
from ingestion.rounds import Round, State
from ingestion.warehouse import rows

TABLE = "list_members"
KEY = ("list_id", "lead_id")
_ADD_TO_LIST, _REMOVE_FROM_LIST = 24, 25
_NO_SUCH_LIST = "1013"
_LISTS_AT_A_TIME = 20  # looked at before the long ones of them are extracted


def member_pages(marketo: Marketo, memory: State, current: Round) -> Iterator[pa.Table]:
    """New members, and those who left, whose list is gone or who were deleted."""
    if marketo.must_wait(current):
        current.unfinished.add(TABLE)
        return
    if "read" not in memory:
        yield living(_page(0, []))
        memory |= {"read": [], "seen": marketo.latest_activity_load()}
    live = {number for (number,) in rows(marketo.warehouse, f"select id from {DATASET}.lists where not is_deleted")}
    for number in sorted(_changed(marketo, memory["seen"]) & live):
        if number in memory["read"]:
            memory["read"].remove(number)
    memory["seen"] = marketo.latest_activity_load()
    for number, members in _read(marketo, sorted(live - set(memory["read"]))):
        if current.is_full:
            current.unfinished.add(TABLE)
            return
        page = _page(number, members)
        changes = snapshot_changes(marketo.warehouse, DATASET, TABLE, KEY, page, f"list_id = {number}")
        memory["read"].append(number)
        if changes is not None:
            current.rows += changes.num_rows
            yield changes
    gone = f"""list_id in (select id from {DATASET}.lists where is_deleted)
        or lead_id in (select lead_id from {DATASET}.deleted_leads)"""
    left = marked_deleted(marketo.warehouse, DATASET, TABLE, gone)
    if left is not None:
        yield left


def _changed(marketo: Marketo, seen: str) -> set[int]:
    """Lists that somebody was added to or removed from, by activities landed after the load `seen`."""
    sql = f"""select distinct primary_attribute_value_id from {DATASET}.activities
        where _dlt_load_id > ? and activity_type_id in ({_ADD_TO_LIST}, {_REMOVE_FROM_LIST})"""
    return {number for (number,) in rows(marketo.warehouse, sql, [seen]) if number is not None}


def _read(marketo: Marketo, numbers: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """The lists that exist and the ids of their members: by REST what is shorter than a page, the rest by extracts.

    A list deleted since it was listed is left out: the next load marks it, and with it its members.
    """
    extractor = Extractor(marketo.connection, "leads", ["id"], marketo.scratch)
    for first in range(0, len(numbers), _LISTS_AT_A_TIME):
        found = {number: _first_page(marketo, number) for number in numbers[first : first + _LISTS_AT_A_TIME]}
        yield from (
            (number, ids) for number, ids in found.items() if ids is not None and len(ids) < client.PAGE_RECORDS
        )
        long = [number for number, ids in found.items() if ids is not None and len(ids) >= client.PAGE_RECORDS]
        for extract in extractor.run({"staticListId": number} for number in long):
            pages = csv_pages(extract.file, {"id": WHOLE}) if extract.file is not None else ()
            yield extract.filter["staticListId"], [lead for page in pages for lead in page["id"].to_pylist()]


def _first_page(marketo: Marketo, number: int) -> list[int] | None:
    """The ids of a list's first members; None if the list is gone."""
    pages = client.listing(marketo.connection, f"v1/lists/{number}/leads.json", fields="id")
    try:
        return [int(record["id"]) for record in next(pages, [])]
    except RequestRejected as rejected:
        if rejected.code != _NO_SUCH_LIST:
            raise
        return None


def _page(number: int, leads: list[int]) -> pa.Table:
    return pa.table({"list_id": pa.repeat(pa.scalar(number, WHOLE), len(leads)), "lead_id": pa.array(leads, WHOLE)})
