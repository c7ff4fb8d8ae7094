"""Salesforce: what sales knows, landed object by object with every field that our user may read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa

from connections import Connection, open_salesforce
from ingestion.context import Context, SourceSpec
from ingestion.frames import MOMENT, TEXT, frame
from ingestion.naming import column_names
from ingestion.rounds import Pages, Round, State, Table
from ingestion.salesforce import events
from ingestion.salesforce.fields import read_fields
from ingestion.salesforce.formulas import current_pages
from ingestion.salesforce.objects import Reading, SalesforceOptions, SObject, change_query
from ingestion.salesforce.soql import literal, select
from ingestion.salesforce.survey import Survey, first_pages, make_survey, record_counts
from ingestion.warehouse import rows

OBJECTS = (
    # Users are deactivated, never deleted; neither they nor queues have IsDeleted.
    SObject("User", "users", deletable=False),
    SObject("Group", "queues", condition="Type = 'Queue'", deletable=False),
    SObject("Account", "accounts"),
    SObject("Contact", "contacts"),
    SObject("Lead", "leads"),
    SObject("Opportunity", "opportunities"),
    SObject("OpportunityHistory", "opportunity_histories", deletable=False),
    SObject("OpportunityFieldHistory", "opportunity_field_histories", deletable=False, stamp="CreatedDate"),
    SObject("OpportunityContactRole", "opportunity_contact_roles"),
    SObject("Campaign", "campaigns"),
    SObject("CampaignMember", "campaign_members"),
    SObject("Task", "tasks"),
    SObject("Event", "events"),
)
_DELETIONS = "deleted_records"


def pages(context: Context) -> dict[str, Pages]:
    """The rows of each object, and the deletions; asks for fields, deletions and sizes first."""
    survey = make_survey(context.connection, [sobject.name for sobject in OBJECTS], _deletions_since(context))
    readable = [sobject for sobject in OBJECTS if sobject.name in survey.describes]
    for sobject in OBJECTS:
        if sobject.name not in survey.describes:
            context.notes[sobject.table] = f"{sobject.name} cannot be read ({survey.refusals.get(sobject.name, '')})"
    new = [sobject.name for sobject in readable if "cursor" not in context.states.get(sobject.table, {})]
    counts = record_counts(context.connection, new) if new else {}
    readings = [_reading(context, survey, sobject, counts.get(sobject.name, 0)) for sobject in readable]
    for reading in readings:
        memory = context.states.get(reading.sobject.table, {})
        if reading.is_large and "job" not in memory and "cursor" not in memory:
            reading.job = reading.start_job(None)
    _ask_ahead(context, readings)
    found: dict[str, Pages] = {reading.sobject.table: partial(current_pages, reading) for reading in readings}
    if context.options.change_events:
        found[events.TABLE] = partial(events.event_pages, context.connection)
    return found | {_DELETIONS: partial(_deletion_pages, survey, context.warehouse)}


def _ask_ahead(context: Context, readings: list[Reading]) -> None:
    """Ask for the changes of all objects together: an idle load costs a call for five objects, not for each."""
    queries = {one.sobject.name: change_query(one, context.states.get(one.sobject.table, {})) for one in readings}
    found = first_pages(context.connection, {name: query for name, query in queries.items() if query})
    for reading in readings:
        reading.found = found.get(reading.sobject.name)


def _reading(context: Context, survey: Survey, sobject: SObject, approximate_count: int) -> Reading:
    deletions = survey.deletions.get(sobject.name)
    return Reading(
        connection=context.connection,
        warehouse=context.warehouse,
        scratch=context.scratch,
        sobject=sobject,
        fields=read_fields(survey.describes[sobject.name], context.states.get(sobject.table, {}).get("columns", {})),
        approximate_count=approximate_count,
        options=context.options,
        deleted_ids=frozenset(record for record, _ in deletions.records) if deletions else frozenset(),
    )


def _deletions_since(context: Context) -> dict[str, str | None]:
    """From when on the deletions of each object are asked for: a little before what is known, None at first."""
    covered = context.states.get(_DELETIONS, {})
    return {
        sobject.name: _earlier(covered[sobject.name], context.options.overlap) if sobject.name in covered else None
        for sobject in OBJECTS
        if sobject.deletable
    }


def _earlier(moment: str, overlap: timedelta) -> str:
    return literal(datetime.fromisoformat(moment).replace(tzinfo=None) - overlap)


def _deletion_pages(survey: Survey, warehouse: Path, state: State, _current: Round) -> Iterator[pa.Table]:
    """What was deleted since the last load, purged or still in the bin."""
    sql = f"select object, record_id from raw_salesforce.{_DELETIONS}"
    known = set(rows(warehouse, sql)) if any(found.records for found in survey.deletions.values()) else set()
    fresh = [
        {"object": name, "record_id": record, "deleted_at": moment}
        for name, found in survey.deletions.items()
        for record, moment in found.records
        if (name, record) not in known
    ]
    if fresh or not state:
        yield frame(fresh, {"object": TEXT, "record_id": TEXT, "deleted_at": MOMENT})
    for sobject in OBJECTS:
        found = survey.deletions.get(sobject.name)
        if found is None:
            state.pop(sobject.name, None)  # the window was too old: asked anew, as far back as is allowed
        elif fresh or found.covered[:10] > state.get(sobject.name, ""):
            state[sobject.name] = found.covered  # once a day, or with news: time alone commits nothing


def _probe(connection: Connection) -> str:
    """Read one account."""
    answer = connection.request("GET", "query", params={"q": select(["Id"], "Account") + " LIMIT 1"}).json()
    return f"{answer['totalSize']} account read"


SALESFORCE = SourceSpec(
    name="salesforce",
    tables=(
        *(Table(sobject.table, ("id",), version=column_names([sobject.stamp])[sobject.stamp]) for sobject in OBJECTS),
        Table(_DELETIONS, ("object", "record_id"), version="deleted_at"),
        Table(events.TABLE, ("replay_id",), immutable=True),
    ),
    opener=open_salesforce,
    pages=pages,
    options=SalesforceOptions,
    probe=_probe,
)
