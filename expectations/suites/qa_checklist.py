"""The QA checklist before and after going live: what was pushed, what people looked at, what stands twice.

Items 4 (tiers) and 7 (field mapping) stand in the gate of the Salesforce accounts, where they stop the push.
"""

from datetime import datetime

from expectations.checks import Frame, Measure, Suite
from expectations.suites.figures import figures, offenders
from expectations.suites.pushed_records import pushed_records


def qa_checklist(now: datetime) -> Suite:
    """The suite; `now` (UTC) says which month's credits count."""
    return Suite(
        "qa_checklist",
        (
            *pushed_records(),
            _territories(),
            _credits(now),
            _new_leads(),
            *_twins(),
            _distribution(),
            _signed_off(),
        ),
    )


def _territories() -> Frame:
    """Item 5."""
    idle = offenders(
        "marts.owner_territories",
        "reps_have_accounts",
        "is_active and not has_accounts",
        shown="user_name",
        columns=("is_active", "has_accounts", "user_name"),
        expected="accounts for every active member of group account_executives of user_groups.csv",
        description="Nobody who sells is without a territory",
        remedy="give them accounts (marketmap territories propose), or correct user_groups.csv",
        requirements=("DQ-08",),
    )
    measure = offenders(
        "marts.owner_territories",
        "accounts_per_rep",
        "is_active and has_accounts and not has_fair_volume",
        shown="user_name || ' (' || account_count || ' accounts)'",
        columns=("is_active", "has_accounts", "has_fair_volume", "user_name", "account_count"),
        expected="each rep between minimum_accounts_per_rep and maximum_accounts_per_rep of territory_settings.csv",
        description="Reps own a number of accounts that they can work",
        remedy="move accounts (marketmap territories propose), or change the bounds in territory_settings.csv",
        requirements=("ICP-21",),
    )
    return figures("marts.owner_territories", (measure, idle))


def _credits(now: datetime) -> Frame:
    """Item 6: this month's spending so far, against the share of the budget that the month has reached."""
    elapsed = f"day(date '{now:%Y-%m-%d}') / day(last_day(date '{now:%Y-%m-%d}'))"
    this_month = f"usage_month = date_trunc('month', date '{now:%Y-%m-%d}')"
    latest = f"{this_month} and month_to_date_credit_count > monthly_credit_budget * {elapsed}"
    earlier = (
        "select median(past.credit_count) from marts.credit_usage as past "
        "where past.vendor = credit_usage.vendor and past.usage_date < credit_usage.usage_date having count(*) >= 5"
    )
    run_away = f"usage_date >= date '{now:%Y-%m-%d}' - 1 and credit_count > 10 * ({earlier})"
    shown = "vendor || ': ' || month_to_date_credit_count || ' of ' || coalesce(monthly_credit_budget, 0) || ' credits'"
    measures = (
        offenders(
            "marts.credit_usage",
            "credits_within_budget",
            latest,
            shown=shown,
            columns=("usage_month", "month_to_date_credit_count", "monthly_credit_budget", "vendor"),
            expected="no vendor above the part of monthly_credits that the month has reached",
            description="Credits are spent as planned",
            remedy="narrow only_run_if in enrichment_waterfall.csv, or raise monthly_credits in vendors.csv",
            requirements=("ENR-10",),
        ),
        offenders(
            "marts.credit_usage",
            "no_run_away_credits",
            run_away,
            shown="vendor || ' ' || usage_date || ': ' || credit_count || ' credits'",
            columns=("usage_date", "credit_count", "vendor"),
            expected="no day with ten times the credits of a usual one",
            description="No vendor is asked about the same records again and again",
            remedy="look at ops.credit_ledger for what was asked; switch the vendor off in integration_switches.csv",
            requirements=("ENR-10",),
        ),
    )
    return figures("marts.credit_usage", measures)


def _new_leads() -> Frame:
    """Item 8: nobody is created in the CRM who is there already."""
    table = "activation.sync_salesforce__new_leads"
    known = (
        "select {column} from marts.dim_contacts where {column} is not null "
        "and (salesforce_contact_id is not null or salesforce_lead_id is not null)"
    )
    emails, links = known.format(column="email"), known.format(column="linkedin_url")
    measure = offenders(
        table,
        "known_people_not_created",
        f"email in ({emails}) or linkedin_url in ({links})",
        shown="lead_key",
        columns=("email", "linkedin_url"),
        extra=(
            "marts.dim_contacts.linkedin_url",
            "marts.dim_contacts.salesforce_contact_id",
            "marts.dim_contacts.salesforce_lead_id",
        ),
        expected="only people whose e-mail address and LinkedIn page the CRM does not know",
        description="No contact is created twice",
        remedy="settle the pair in marts.match_review; the row then leaves the payload",
        requirements=("IDN-05",),
        severity="error",
    )
    return figures(table, (measure,))


def _twins() -> tuple[Frame, Frame]:
    """Item 10: accounts that stand twice by domain, name and country; people by e-mail address or LinkedIn page.

    A branch, or an account under a parent of its own name and domain, is kept apart on purpose (IDN-14), and so are two
    whom a person called different in match_decisions.csv.
    """
    own_parent = (
        "exists (select 1 from marts.dim_accounts as parent where account.parent_account_id = parent.account_id "
        "and account.domain = parent.domain and lower(trim(account.account_name)) = lower(trim(parent.account_name)))"
    )
    accounts = (
        "select min(account_id) over (partition by domain, lower(trim(account_name)), country_code) as first_id, "
        "account_id as second_id from marts.dim_accounts as account "
        f"where domain is not null and not coalesce(is_branch, false) and not {own_parent}"
    )
    columns = ("account_id", "domain", "account_name", "country_code", "is_branch", "parent_account_id")
    account = _twin("no_duplicate_accounts", "account", accounts, "one account per domain, name and country", columns)
    people = " union ".join(
        f"select min(contact_id) over (partition by account_id, lower({column})) as first_id, contact_id as second_id "
        f"from marts.dim_contacts where {column} is not null"
        for column in ("email", "linkedin_url")
    )
    people_columns = ("contact_id", "account_id", "email", "linkedin_url")
    person = _twin("no_duplicate_contacts", "contact", people, "one person per address or page", people_columns)
    return figures("marts.dim_accounts", (account,)), figures("marts.dim_contacts", (person,))


def _twin(name: str, entity: str, pairs: str, expected: str, columns: tuple[str, ...]) -> Measure:
    """How many of a kind stand twice: `pairs` gives everyone with the first of those who are alike."""
    records = "marts.person_records" if entity == "contact" else "marts.account_records"
    sides = " ".join(
        f"inner join {records} as {side}_record on {side}_record.source = decisions.{side}_source "
        f"and {side}_record.object = decisions.{side}_object and {side}_record.record_id = decisions.{side}_record_id"
        for side in ("left", "right")
    )
    different = (
        f"select 1 from seeds.match_decisions as decisions {sides} where decisions.decision = 'not_same' and "
        f"pairs.first_id = least(left_record.{entity}_id, right_record.{entity}_id) "
        f"and pairs.second_id = greatest(left_record.{entity}_id, right_record.{entity}_id)"
    )
    twins = f"from ({pairs}) as pairs where first_id != second_id and not exists ({different})"
    return Measure(
        name=name,
        sql=f"coalesce(max((select count(distinct second_id) {twins})), 0)",
        columns=columns,
        extra=("seeds.match_decisions.decision", f"{records}.{entity}_id"),
        low=0,
        high=0,
        expected=expected,
        description="Nobody stands twice (IDN-06)",
        remedy="settle the pairs in match_decisions.csv by what marts.match_review shows, or merge them in the CRM",
        severity="warning",
        blocking=False,
        examples=f"select first_id || ' = ' || second_id as pair {twins} order by 1 limit 5",
        requirements=("IDN-06",),
    )


def _distribution() -> Frame:
    """Item 11."""
    measure = offenders(
        "marts.market_map_distributions",
        "distribution_as_expected",
        "not is_expected",
        shown="figure || ' of ' || tier || ': ' || round(actual_percent, 1) || '%'",
        columns=("is_expected", "figure", "tier", "actual_percent"),
        expected="each share between its bounds of expected_distributions.csv",
        description="Tiers, values and persona coverage are spread as people expect",
        remedy="correct tier_thresholds.csv or icp_vectors.csv, or the expectation in expected_distributions.csv",
        requirements=("DQ-07",),
    )
    return figures("marts.market_map_distributions", (measure,))


def _signed_off() -> Frame:
    """After the checklist: somebody has looked at the pages (each publication writes them anew) and at the CRM."""
    table = "seeds.maintenance_log"
    signed = f"select min(done_date) from {table} where task_id = 'sign_off'"
    measure = offenders(
        table,
        "signed_off_before_going_live",
        f"task_id = 'go_live' and coalesce(done_date < ({signed}), true)",
        shown="'live since ' || done_date || ' (' || done_by || ')'",
        columns=("task_id", "done_date", "done_by"),
        expected="a row sign_off of maintenance_log.csv on the day of go_live or before",
        description="The market map was accepted before people work by it",
        remedy="look at the pages in the reports folder and at pushed records, then add the row sign_off",
        requirements=("DQ-23",),
    )
    return figures(table, (measure,))
