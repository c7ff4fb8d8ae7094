"""HubSpot as landed: objects with their keys, and associations whose records are known."""

from datetime import datetime

from expectations.checks import Suite
from expectations.suites.raw_tables import history, keyed, none_of

_SCHEMA = "raw_hubspot"
_OBJECTS = ("companies", "contacts", "deals", "calls", "emails", "meetings", "tasks")
_TABLES = (*_OBJECTS, "owners", "deal_stages", "associations")


def raw_hubspot(now: datetime) -> Suite:
    """The suite for raw_hubspot; `now` (UTC) is what freshness is measured against."""
    companies, deals, stages = f"{_SCHEMA}.companies", f"{_SCHEMA}.deals", f"{_SCHEMA}.deal_stages"
    names = none_of(
        "name_or_domain_filled",
        "name",
        "coalesce(name, domain) is null and not is_deleted",
        "a name or a domain on every company",
        "name the companies in HubSpot; what has neither cannot be recognised",
        companies,
        "id",
        warns=True,
    )
    known_stages = none_of(
        "stage_known",
        "dealstage",
        f"not is_deleted and dealstage not in (select stage_id from {stages})",
        "stages listed in deal_stages",
        "load deal_stages again; a pipeline was changed while it was read",
        deals,
        "dealstage",
        warns=True,
        extra=(f"{stages}.stage_id",),
    )
    tables = (
        keyed(companies, "id", None, (names,)),
        keyed(f"{_SCHEMA}.contacts", "id", None),
        keyed(deals, "id", None, (known_stages,)),
        *(keyed(f"{_SCHEMA}.{name}", "id", None, optional=True) for name in _OBJECTS[3:]),
    )
    return Suite("raw_hubspot", (*tables, *(history(f"{_SCHEMA}.{name}", "hubspot", name, now) for name in _TABLES)))
