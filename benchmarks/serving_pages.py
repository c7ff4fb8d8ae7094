"""The pages of `benchmarks.serving`: what people ask most, and whether an answer is of one publication and right.

A page asks one or several statements. Every answer names the version of each table that it read and holds numbers that
follow from the version, so that a torn, stale or foreign answer is seen.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from hashlib import md5
from typing import Any

Ask = Callable[[str], list[tuple[Any, ...]]]
Page = Callable[[Ask, random.Random, int], bool]

PEOPLE = 10
ACTIVITIES = 10
SEARCHED = "Globex Corporation"
_STANDING = """
select
    accounts.account_name, accounts.domain, accounts.industry, accounts.country_code, accounts.employee_count,
    scores.overall_score, scores.fit_score, scores.engagement_score, scores.intent_score, scores.priority,
    tiers.tier, valued.valuation_usd, stages.label, scores.model_version, tiers.tier_thresholds_version, valued.version
from marts.dim_accounts as accounts
join marts.account_scores as scores on accounts.account_id = scores.account_id
join marts.account_tiers as tiers on accounts.account_id = tiers.account_id
join marts.account_valuations as valued on accounts.account_id = valued.account_id
join marts.account_stages as stages on accounts.account_id = stages.account_id
where accounts.account_id = '{account}'
"""
_FACTORS = """
select reasons.component, reasons.factor, reasons.contribution, reasons.last_event_at, scores.overall_score
from marts.account_score_explanations as reasons
join marts.account_scores as scores on reasons.account_id = scores.account_id
where reasons.account_id = '{account}' order by reasons.contribution desc, reasons.component
"""
_PEOPLE = """
select contact_id, account_id, full_name, title, seniority, email from marts.dim_contacts
where account_id = '{account}' order by full_name
"""
_ACTIVITIES = """
select occurred_at, activity_type, subject, account_id from marts.fct_activities
where account_id = '{account}' order by occurred_at desc limit 20
"""
_SEGMENT = """
select accounts.account_id, accounts.account_name, valued.segment, accounts.country_code, scores.overall_score,
    tiers.tier, valued.valuation_usd, scores.model_version, tiers.tier_thresholds_version, valued.version
from marts.account_scores as scores
join marts.dim_accounts as accounts on scores.account_id = accounts.account_id
join marts.account_tiers as tiers on scores.account_id = tiers.account_id
join marts.account_valuations as valued on scores.account_id = valued.account_id
where valued.segment = '{segment}' and accounts.country_code = '{country}' and tiers.tier = '{tier}'
order by scores.overall_score desc, accounts.account_id limit 50
"""
_SEARCH = """
select 'account' as found, account_id, account_name as text from marts.dim_accounts
where lower(account_name) like '%{text}%' or domain like '%{text}%'
union all
select 'note', account_id, subject from marts.fct_activities
where lower(subject) like '%{text}%' or lower(details) like '%{text}%'
order by found, text limit 50
"""
_REPORT = """
select date_trunc('month', activities.occurred_at) as month, accounts.industry, tiers.tier, activities.activity_type,
    count(*) as activity_count, count(distinct activities.account_id) as account_count,
    count(distinct activities.contact_id) as contact_count, avg(scores.overall_score) as average_score,
    min(scores.model_version), max(scores.model_version),
    min(tiers.tier_thresholds_version), max(tiers.tier_thresholds_version)
from marts.fct_activities as activities
join marts.dim_accounts as accounts on activities.account_id = accounts.account_id
join marts.account_tiers as tiers on activities.account_id = tiers.account_id
join marts.account_scores as scores on activities.account_id = scores.account_id
group by all order by all
"""


def account_key(number: int) -> str:
    """The id of the account with this number, as serving_market.sql makes it."""
    return "acc_" + md5(f"account {number}".encode(), usedforsecurity=False).hexdigest()[:16]


def profile(ask: Ask, rng: random.Random, accounts: int) -> bool:
    """All that is known of one account: standing, reasons, people, newest activities."""
    number = rng.randrange(accounts)
    account = account_key(number)
    standing = ask(_STANDING.format(account=account))
    factors = ask(_FACTORS.format(account=account))
    people = ask(_PEOPLE.format(account=account))
    activities = ask(_ACTIVITIES.format(account=account))
    if len(standing) != 1 or len(factors) != 5 or len(people) != PEOPLE or len(activities) != ACTIVITIES:
        return False
    version = _version([standing[0][-3:]])
    return (
        version is not None
        and float(standing[0][5]) == _score(number, version)
        and int(standing[0][11]) == number + version
        and sum(row[2] for row in factors) == factors[0][4]
        and {row[1] for row in people} == {row[3] for row in activities} == {account}
        and activities == sorted(activities, key=lambda row: row[0], reverse=True)
    )


def segment(ask: Ask, rng: random.Random, accounts: int) -> bool:
    """The best accounts of a segment in a country and tier."""
    wanted = {
        "segment": rng.choice(["enterprise", "mid_market", "small_business"]),
        "country": rng.choice(["US", "GB", "DE", "FR", "BR"]),
        "tier": rng.choice(["T1", "T2", "T3"]),
    }
    rows = ask(_SEGMENT.format(**wanted))
    scores = [row[4] for row in rows]
    return (
        len(rows) > 0
        and _version([row[-3:] for row in rows]) is not None
        and scores == sorted(scores, reverse=True)
        and {(row[2], row[3], row[5]) for row in rows} == {(wanted["segment"], wanted["country"], wanted["tier"])}
    )


def search(ask: Ask, _rng: random.Random, _accounts: int) -> bool:
    """What is typed into a search box: names, domains and notes that hold a text."""
    rows = ask(_SEARCH.format(text="glob"))
    return SEARCHED in {row[2] for row in rows if row[0] == "account"} and all("glob" in row[2].lower() for row in rows)


def report(ask: Ask, _rng: random.Random, accounts: int) -> bool:
    """The biggest report: every activity by month, industry, tier and kind, with different accounts and people."""
    rows = ask(_REPORT)
    return sum(row[4] for row in rows) == accounts * ACTIVITIES and _version([row[-4:] for row in rows]) is not None


def _version(named: Sequence[Sequence[str]]) -> int | None:
    """The one version that all tables of an answer are of, None when they differ."""
    versions = {version for row in named for version in row}
    return int(versions.pop()) if len(versions) == 1 else None


def _score(number: int, version: int) -> float:
    return ((number * 7 + version * 13) % 10000) / 100
