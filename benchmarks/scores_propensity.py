"""Propensity on a generated world: what the product's trainer makes of the systems' records, beside what is possible.

The best achievable is the same trainer given, beside all that the systems record, what nobody can see: each company's
true fit and its true interest until the cutoff. (Alone they are no ceiling: people come to look before a deal
opens, for reasons that neither tells.) Records are joined to companies by the truth, so that only the foretelling is
judged here.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import duckdb

from benchmarks.metrics import Metric
from ml.propensity import Card, Columns, train
from sandbox.world import generate

ACCOUNTS, SEED, HORIZON_DAYS = 2_000, 7, 28
_NAMES = Columns(entity="company_id", at="happened_at", family="family_id", known_at="known_at")
_COMPANY_OF = """
create temp table company_of as
select source, object, record_id, company_id, family_id from truth.company_records where company_id is not null;
create temp table known as
select company_of.company_id, any_value(company_of.family_id) as family_id,
    min(account."CreatedDate")::timestamp as known_at
from world.salesforce."Account" as account
join company_of on company_of.object = 'Account' and company_of.record_id = account."Id" group by company_of.company_id
"""
_EVENTS = """
select company_of.company_id, activity."activityDate"::timestamp as happened_at, null::double as value,
    case
        when regexp_matches(lower(activity."primaryAttributeValue"), 'pricing|demo') then 'Buying page'
        when activity."activityTypeId" in (1, 3) then 'Web' when activity."activityTypeId" in (10, 11) then 'E-mail'
        when activity."activityTypeId" in (2, 46) then 'Form'
    end as kind
from world.marketo.activities as activity join company_of
on company_of.source = 'marketo' and company_of.record_id = cast(activity."leadId" as varchar)
where activity."activityTypeId" in (1, 2, 3, 10, 11, 46)
union all
select company_of.company_id, act.happened_at, null, 'Sales'
from (
    select "AccountId", "CompletedDateTime"::timestamp as happened_at from world.salesforce."Task"
    where "TaskSubtype" = 'Call' and "CompletedDateTime" is not null
    union all select "AccountId", "StartDateTime"::timestamp from world.salesforce."Event"
) as act join company_of on company_of.object = 'Account' and company_of.record_id = act."AccountId"
union all
select company_of.company_id, surge.week::timestamp + interval 7 day, (surge."Composite Score" - 55) / 10.0, 'Intent'
from world.bombora.company_surges as surge join company_of
on company_of.source = 'bombora' and company_of.record_id = surge."Domain"
"""
_OUTCOMES = """
select company_of.company_id, deal."CreatedDate"::timestamp as happened_at
from world.salesforce."Opportunity" as deal
join company_of on company_of.object = 'Account' and company_of.record_id = deal."AccountId"
"""
_ATTRIBUTES = """
select known.*, company.industry, company.country_code, company.employee_count, company.annual_revenue_usd
from known join truth.companies as company on known.company_id = company.company_id
"""
_EVERYTHING = f"""
{_EVENTS}
union all
select company_id, week::timestamp, interest, 'True interest' from truth.interest
"""
_EVERY_ATTRIBUTE = """
select known.*, company.industry, company.country_code, company.employee_count, company.annual_revenue_usd,
    company.true_fit
from known join truth.companies as company on known.company_id = company.company_id
"""


def measure(seed: int = SEED) -> list[Metric]:
    """AUC and calibration over the latest out-of-time cohorts, the best achievable AUC, and the top fifth's share."""
    with tempfile.TemporaryDirectory(prefix="marketmap-propensity-") as scratch:
        folder = Path(scratch)
        as_of = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
        generate(folder, accounts=ACCOUNTS, seed=seed, as_of=as_of)
        with duckdb.connect() as connection:
            for name in ("world", "truth"):
                connection.execute(f"attach '{folder / f'{name}.duckdb'}' as {name} (read_only)")
            connection.execute(_COMPANY_OF)
            ours = _judged(connection, _EVENTS, _ATTRIBUTES)
            possible = _judged(connection, _EVERYTHING, _EVERY_ATTRIBUTE)
    metrics = ours.metrics
    return [
        Metric("propensity_auc", metrics.auc.value, "AUC", "achievable_auc"),
        Metric("achievable_auc", possible.metrics.auc.value, "AUC"),
        Metric("propensity_cohorts", len(ours.cohorts), "cohorts"),
        Metric("propensity_brier_skill", metrics.brier_skill.value, "ratio"),
        Metric("propensity_ece", metrics.ece, "probability"),
        Metric("top20_conversion_share", metrics.top20_share.value, "ratio"),
        Metric("band_ratio", metrics.band_ratio, "times"),
    ]


def _judged(connection: duckdb.DuckDBPyConnection, events: str, attributes: str) -> Card:
    tables = [connection.sql(query).to_arrow_table() for query in (events, _OUTCOMES, attributes)]
    trained = train(*tables, horizon_days=HORIZON_DAYS, columns=_NAMES, is_repeatable=True)
    assert trained.card is not None, trained.reason
    return trained.card
