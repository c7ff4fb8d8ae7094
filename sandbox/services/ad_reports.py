"""What the ad platforms' reports share: figures of campaigns and companies by day, read from the store."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.framework.records import Record, records
from sandbox.framework.store import Store

SCHEMA = "ad_reports"


def campaign_days(
    store: Store, service: str, since: date, until: date, skipped: int = 0, most: int = 1_000_000
) -> list[Record]:
    """Return the campaigns' figures by day; `day` is text."""
    sql = f"""select campaign_days.*, name from {SCHEMA}.campaign_days
        left join {SCHEMA}.campaigns on campaign = campaigns.id and campaign_days.service = campaigns.service
        where campaign_days.service = $service and day between $since and $until
        order by day, campaign limit {most} offset {skipped}"""
    return _found(store, sql, {"service": service, "since": since, "until": until})


def company_days(store: Store, since: date, until: date, most: int) -> list[Record]:
    """Return the companies' figures by day; `day` is text."""
    sql = f"""select * from {SCHEMA}.company_days where day between $since and $until
        order by day, organization limit {most}"""
    return _found(store, sql, {"since": since, "until": until})


def campaigns(store: Store, service: str, skipped: int, most: int) -> list[Record]:
    """Return the campaigns of a platform."""
    sql = f"""select id, name, status from {SCHEMA}.campaigns where service = $service
        order by id limit {most} offset {skipped}"""
    return _found(store, sql, {"service": service})


def organizations(store: Store, ids: list[int]) -> list[Record]:
    """Return the companies of these ids."""
    return _found(store, f"select * from {SCHEMA}.organizations where id in (select unnest($ids))", {"ids": ids})


def day_of(text: str) -> date | None:
    """Return a day written as YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _found(store: Store, sql: str, bound: Mapping[str, Any]) -> list[Record]:
    return records(store, sql, bound, lambda moment: moment.isoformat())
