"""The maintenance schedule and the triggers of a refinement: what a month, a quarter and half a year must show."""

from datetime import datetime

from expectations.checks import Frame, Measure, Suite
from expectations.suites.figures import figures, offenders
from expectations.suites.open_items import open_items
from expectations.suites.routing import volumes

UNTIERED_DAYS = 30  # ENR-21: 30 days pass, 31 fail
STALE_MONTHS = 6
LOWEST_COMPLETE_PERCENT = 90
FRESH_DAYS = 30  # DQ-15: a field of 31 days is stale
_TRIGGERS = {
    "t3_beats_t1": ("DQ-10", "RPT-28"),
    "t2_beats_t1": ("ICP-23",),
    "blank_tiers": ("DQ-09",),
    "territory_imbalance": ("DQ-11",),
    "valuation_drift": ("VAL-12",),
    "persona_coverage": ("PER-08",),
    "business_events": ("DQ-12",),
}
_CADENCES = {
    "monthly": ("DQ-13",),
    "quarterly": ("DQ-13",),
    "first_cycle": ("DQ-13", "RPT-28"),
    "half_yearly": ("DQ-13", "VAL-12", "RTE-34"),
}


def maintenance(now: datetime) -> Suite:
    """The suite; `now` (UTC) is what days are counted back from."""
    today = f"date '{now:%Y-%m-%d}'"
    return Suite(
        "maintenance",
        (
            *(_triggers(), _calendar(), _accounts(today), *_coverage(), _complete(), _fresh(today), _vendors()),
            *(_tiers(), volumes(today), open_items()),
        ),
    )


def _triggers() -> Frame:
    """Each trigger of refinement_rules.csv, with what was seen: a proposal, never a change."""
    table = "marts.refinement_triggers"
    measures = [
        offenders(
            table,
            trigger,
            f"is_raised and trigger_id = '{trigger}'",
            shown="observed || ': ' || action || ' (' || owner || ')'",
            columns=("is_raised", "trigger_id", "observed", "action", "owner"),
            expected=f"the trigger {trigger} of refinement_rules.csv at rest",
            description="A trigger of a refinement",
            remedy="do what it proposes, or change its bounds in refinement_rules.csv",
            requirements=requirements,
        )
        for trigger, requirements in _TRIGGERS.items()
    ]
    return figures(table, measures)


def _calendar() -> Frame:
    """Each cadence of maintenance_tasks.csv; the reminder comes as many days before as the task says."""
    table = "marts.maintenance_calendar"
    shown = "task_id || ' (' || owner || ', due ' || next_due_date || ', look at ' || evidence || ')'"
    columns = ("status", "cadence", "task_id", "owner", "next_due_date", "evidence")
    overdue = [
        offenders(
            table,
            f"{cadence}_tasks_done",
            f"status = 'overdue' and cadence = '{cadence}'",
            shown=shown,
            columns=columns,
            expected=f"no {cadence.replace('_', '-')} task overdue",
            description="The market map is maintained as planned",
            remedy="do the task and add a row to maintenance_log.csv: task_id, done_date, done_by",
            requirements=requirements,
        )
        for cadence, requirements in _CADENCES.items()
    ]
    prepare = offenders(
        table,
        "tasks_prepared",
        "status = 'prepare'",
        shown=shown,
        columns=columns,
        expected="no task due within its days of preparation",
        description="The reminder before a task is due",
        remedy="prepare it: look at the table that is named",
        requirements=("DQ-14",),
    )
    return figures(table, (*overdue, prepare))


def _accounts(today: str) -> Frame:
    """Accounts that were forgotten: without a tier, without a usable domain, without anybody working them."""
    table = "marts.dim_accounts"
    untiered = "account_id in (select account_id from marts.account_tiers where tier is null)"
    worked = f"select account_id from marts.fct_activities where occurred_at >= {today} - interval {STALE_MONTHS} month"
    best = "account_id in (select account_id from marts.account_tiers where tier = 'T1')"
    rested = f"created_at < {today} - interval {STALE_MONTHS} month and owner_user_id is not null"
    proper = "[a-z0-9_-]+([.][a-z0-9_-]+)+"
    shown = "account_id || ' ' || coalesce(account_name, '')"
    measures = (
        offenders(
            table,
            "new_accounts_tiered",
            f"cast(created_at as date) < {today} - {UNTIERED_DAYS} and {untiered}",
            shown=shown,
            columns=("account_id", "account_name", "created_at"),
            extra=("marts.account_tiers.tier",),
            expected=f"a tier within {UNTIERED_DAYS} days",
            description="New accounts are enriched and tiered",
            remedy="look at tier_reason in marts.account_tiers for the data that is missing, and enrich it",
            requirements=("ENR-21",),
        ),
        offenders(
            table,
            "domains_normalised",
            f"domain is not null and not regexp_full_match(domain, '{proper}') or starts_with(domain, 'www.')",
            shown="account_id || ' ' || domain",
            columns=("domain",),
            expected="domains as example.com",
            description="Domains are normalised",
            remedy="correct the website in the CRM",
            requirements=("DQ-09",),
        ),
        offenders(
            table,
            "t1_accounts_worked",
            f"{best} and {rested} and account_id not in ({worked} and account_id is not null)",
            shown="account_id || ' ' || account_name || ' (owner ' || owner_user_id || ')'",
            columns=("owner_user_id",),
            extra=("marts.fct_activities.occurred_at", "marts.account_tiers.tier"),
            expected=f"something done in {STALE_MONTHS} months for each T1 account that has an owner",
            description="T1 accounts do not go stale with the same rep",
            remedy="propose another owner (marketmap territories propose); nothing is reassigned without approval",
            requirements=("RTE-35",),
        ),
    )
    return figures(table, measures)


def _coverage() -> tuple[Frame, ...]:
    """T1 accounts that lack several levels of seniority wait for the people that enrichment can find."""
    measure = offenders(
        "marts.account_coverages",
        "t1_seniorities_covered",
        "tier = 'T1' and is_requested",
        shown="account_id || ' lacks ' || missing_seniorities",
        columns=("tier", "is_requested", "account_id", "missing_seniorities"),
        expected="people of all levels but one at each T1 account",
        description="The people who decide are known",
        remedy="find the people that marts.persona_requests lists, the first priority first",
        requirements=("PER-09",),
    )
    return (figures("marts.account_coverages", (measure,)),)


def _complete() -> Frame:
    """Key fields of the accounts that people work on: T1."""
    best = "account_id in (select account_id from marts.account_tiers where tier = 'T1')"
    of_targets = f"count(*) filter (where {best}"
    measure = Measure(
        name="target_accounts_complete_percent",
        sql=f"100.0 * {of_targets} and filled_count = key_count) / nullif({of_targets}), 0)",
        columns=("account_id", "filled_count", "key_count"),
        above=LOWEST_COMPLETE_PERCENT,
        expected=f"more than {LOWEST_COMPLETE_PERCENT}% of T1 accounts with every key field",
        description="Target accounts are complete (DQ-15)",
        remedy="enrich the fields that missing_fields of marts.account_completeness names most often",
        severity="warning",
        blocking=False,
        examples=(
            "select missing_fields || ': ' || count(*) || ' accounts' from marts.account_completeness "
            f"where {best} and filled_count < key_count group by missing_fields order by count(*) desc limit 5"
        ),
        extra=("marts.account_tiers.tier",),
        requirements=("DQ-15",),
    )
    return figures("marts.account_completeness", (measure,))


def _fresh(today: str) -> Frame:
    """Key fields of T1 accounts that a vendor filled are asked for again in time; the CRM's own are people's."""
    best = "account_id in (select account_id from marts.account_tiers where tier = 'T1')"
    key = "attribute in (select attribute from seeds.attribute_catalogue where is_key) and source in"
    bought = f"{key} (select vendor from seeds.vendors where is_enabled)"
    measure = offenders(
        "marts.account_field_provenance",
        "key_fields_fresh",
        f"{best} and {bought} and cast(observed_at as date) < {today} - {FRESH_DAYS}",
        shown="account_id || ' ' || attribute || ' (' || source || ')'",
        columns=("account_id", "attribute", "source", "observed_at"),
        extra=("seeds.attribute_catalogue.is_key", "seeds.vendors.is_enabled", "marts.account_tiers.tier"),
        expected=f"no key field of a T1 account older than {FRESH_DAYS} days",
        description="Target accounts are up to date",
        remedy="lower refresh_days of the vendor in vendors.csv, or raise its monthly_credits",
        requirements=("DQ-15",),
    )
    return figures("marts.account_field_provenance", (measure,))


def _vendors() -> Frame:
    """A vendor whose matches cost a fifth more than another's."""
    measure = offenders(
        "marts.vendor_comparisons",
        "vendors_worth_their_price",
        "is_switch_advised",
        shown="entity || ': ' || alternative_vendor || ' saves ' || round(100 * saving_ratio) || '% of ' || vendor",
        columns=("is_switch_advised", "entity", "alternative_vendor", "saving_ratio", "vendor"),
        expected="no other order of vendors that saves more than 20%",
        description="Credits buy the most that they can",
        remedy="change the order in enrichment_waterfall.csv",
        requirements=("ENR-19",),
    )
    return figures("marts.vendor_comparisons", (measure,))


def _tiers() -> Frame:
    """After the first cycle: do T1 deals close fastest, and are they won most?"""
    table = "marts.tier_backtests"
    enough = "deal_window = 'all' and tier in ('T2', 'T3') and closed_count >= 20"
    first = f"select {{column}} from {table} where deal_window = 'all' and tier = 'T1' and closed_count >= 20"
    measures = [
        offenders(
            table,
            name,
            f"{enough} and {column} {beats} * ({first.format(column=column)})",
            shown=f"tier || ': ' || round({column}, 2) || ' against ' || round(({first.format(column=column)}), 2)",
            columns=("deal_window", "tier", "closed_count", column),
            expected=expected,
            description="T1 is what it promises",
            remedy="compare marts.driver_evidence with icp_vectors.csv and correct the weights",
            requirements=("RPT-28",),
        )
        for name, column, beats, expected in (
            ("t1_won_most", "win_ratio", "> 1.0", "no tier that is won more often than T1"),
            ("t1_closes_fastest", "mean_cycle_days", "< 0.9", "no tier that closes in nine tenths of the time of T1"),
        )
    ]
    return figures(table, measures)
