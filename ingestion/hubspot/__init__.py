"""HubSpot: CRM objects with every property, what links them, owners, lists, and Marketing Hub's activities."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyarrow as pa

from connections import Connection, RequestRejected, open_hubspot
from ingestion.context import Context, SourceSpec
from ingestion.hubspot import directory, links, marketing
from ingestion.hubspot.client import Client, refused
from ingestion.hubspot.objects import object_pages
from ingestion.hubspot.source import KINDS, HubSpot, HubSpotOptions
from ingestion.rounds import Pages, Round, State, Table


def pages(context: Context) -> dict[str, Pages]:
    """The rows of each table; those that depend on others come after them."""
    hubspot = HubSpot(
        Client(context.connection, context.options.searches_per_second), context.warehouse, context.options
    )
    found: dict[str, Pages] = {
        "owners": partial(directory.owner_pages, hubspot),
        "deal_stages": partial(directory.stage_pages, hubspot),
        **{kind.name: partial(object_pages, hubspot, kind) for kind in KINDS},
        "lists": partial(directory.list_pages, hubspot),
        directory.MEMBERS: partial(directory.member_pages, hubspot),
        "email_events": partial(marketing.email_event_pages, hubspot),
        marketing.CAMPAIGNS: partial(marketing.campaign_pages, hubspot),
        "forms": partial(marketing.form_pages, hubspot),
        "form_submissions": partial(marketing.submission_pages, hubspot),
        "page_visits": partial(marketing.visit_pages, hubspot),
        links.ASSOCIATIONS: partial(links.association_pages, hubspot),
        links.STAGES: partial(links.stage_pages, hubspot),
    }
    return {table: partial(_permitted, context, table, source) for table, source in found.items()}


def _permitted(context: Context, table: str, source: Pages, state: State, current: Round) -> Iterator[pa.Table]:
    """The rows of a table; none, with a note, if the app has no right to them or the portal lacks the subscription."""
    try:
        yield from source(state, current)
    except RequestRejected as rejected:
        if not refused(rejected):
            raise
        context.notes[table] = f"cannot be read ({rejected.code})"


def _probe(connection: Connection) -> str:
    """Read one company."""
    found = connection.request("GET", "/crm/v3/objects/companies", params={"limit": "1"}).json()["results"]
    return f"{len(found)} company read"


HUBSPOT = SourceSpec(
    name="hubspot",
    tables=(
        Table("owners", ("id",)),
        Table("deal_stages", ("pipeline_id", "stage_id")),
        *(Table(kind.name, ("id",), version="updated_at") for kind in KINDS),
        Table("lists", ("list_id",)),
        Table(directory.MEMBERS, ("list_id", "record_id")),
        Table("email_events", ("id",), immutable=True),
        Table(marketing.CAMPAIGNS, ("id",)),
        Table("forms", ("id",)),
        Table("form_submissions", ("conversion_id",), immutable=True),
        Table("page_visits", ("id",), immutable=True),
        Table(links.ASSOCIATIONS, links.KEY),
        Table(links.STAGES, ("deal_id", "changed_at", "stage"), immutable=True),
    ),
    opener=open_hubspot,
    pages=pages,
    options=HubSpotOptions,
    probe=_probe,
)
