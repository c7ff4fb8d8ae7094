"""Salesforce as landed: ids, references, history of deals, volume and freshness."""

from datetime import datetime

from expectations.checks import Measure, Suite
from expectations.suites.raw_tables import history, keyed, none_of

_SCHEMA = "raw_salesforce"
MONTHS_OF_DEALS = 24  # ING-04: closed deals reach back two years
_CORE = {"accounts": "001", "contacts": "003", "leads": "00Q", "opportunities": "006", "users": "005"}
_OTHERS = {"tasks": "00T", "events": "00U", "campaigns": "701", "campaign_members": "00v", "queues": "00G"}


def raw_salesforce(now: datetime) -> Suite:
    """The suite for raw_salesforce; `now` (UTC) is what freshness is measured against."""
    extra = {"accounts": _account_checks(), "contacts": _contact_checks(), "opportunities": _deal_checks()}
    tables = [
        keyed(f"{_SCHEMA}.{name}", "id", f"{prefix}[A-Za-z0-9]{{12}}(?:[A-Z0-5]{{3}})?", extra.get(name, ()))
        for name, prefix in _CORE.items()
    ]
    tables += [
        keyed(f"{_SCHEMA}.{name}", "id", f"{prefix}[A-Za-z0-9]{{12}}(?:[A-Z0-5]{{3}})?", optional=True)
        for name, prefix in _OTHERS.items()
    ]
    looked_back = [history(f"{_SCHEMA}.{name}", "salesforce", name, now) for name in (*_CORE, *_OTHERS)]
    return Suite("raw_salesforce", (*tables, *looked_back))


def _account_checks() -> tuple[Measure, ...]:
    table = f"{_SCHEMA}.accounts"
    blank = "coalesce(trim(name), '') = '' and not coalesce(is_deleted, false)"
    remedy = "fill the name in Salesforce; an account without one cannot be matched"
    return (none_of("name_filled", "name", blank, "a name on every live account", remedy, table, "id", warns=True),)


def _contact_checks() -> tuple[Measure, ...]:
    table, accounts = f"{_SCHEMA}.contacts", f"{_SCHEMA}.accounts"
    orphan = f"account_id is not null and account_id not in (select id from {accounts} where id is not null)"
    remedy = "load accounts again in full; the integration user may lack access to some of them"
    return (
        none_of(
            "account_known",
            "account_id",
            orphan,
            "accounts that were landed too",
            remedy,
            table,
            "account_id",
            warns=True,
            extra=(f"{accounts}.id",),
        ),
    )


def _deal_checks() -> tuple[Measure, ...]:
    table = f"{_SCHEMA}.opportunities"
    negative = "amount < 0 and not coalesce(is_deleted, false)"
    return (
        Measure(
            name="closed_deal_months",
            sql=(
                "coalesce(date_sub('month', cast(min(close_date) filter (where is_closed) as timestamp), "
                "cast(max(system_modstamp) as timestamp)), 0)"
            ),
            columns=("close_date", "is_closed", "system_modstamp"),
            low=MONTHS_OF_DEALS,
            expected=f"closed deals from at least {MONTHS_OF_DEALS} months",
            description="Won and lost deals reach back far enough to learn from (ING-04)",
            remedy="widen what the integration user may see, or accept that tiers are backtested on less",
            severity="warning",
            blocking=False,
        ),
        none_of(
            "amount_not_negative",
            "amount",
            negative,
            "amounts of 0 or more",
            "correct the opportunities in Salesforce",
            table,
            "id",
            warns=True,
        ),
    )
