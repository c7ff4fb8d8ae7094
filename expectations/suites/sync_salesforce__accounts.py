"""The gate before the Salesforce account sync: what must hold of the payload before a single field is written."""

from datetime import datetime

from expectations.checks import Check, Frame, Measure, Query, Suite, profile
from expectations.suites.market_map import clean_first, short_list, valuation_realistic
from expectations.suites.sign_off import signed_off

SYNC = "salesforce__accounts"
TABLE = "activation.sync_salesforce__accounts"
REVOPS = "revenue operations"
HIGHEST_BLANK_PERCENT = 5  # DQ-09: 5.0 passes, 5.1 fails
LOWEST_T1_PERCENT, HIGHEST_T1_PERCENT = 0.1, 90  # DQ-04: both bounds themselves fail
SMALLEST_PAYLOAD_PERCENT = 50  # of the records that the last live sync looked at
LONGEST_TOPIC = 255
_EXCLUDED = "(select crm_value from seeds.picklist_map where internal_value = 'Excluded')"
_TIERED = f"account_tier is not null and account_tier not in {_EXCLUDED}"
_IS_TIERED = "(select max(market_mode) from marts.account_tiers) is distinct from 'concentrated'"
_VALUES = "salesforce_account_id, account_tier, icp_fit_score, account_valuation, intelligence_score, last_intent_topic"


def sync_salesforce__accounts(now: datetime) -> Suite:
    """The pre-sync gate; `now` is not needed, for a payload is judged as it stands."""
    del now
    rules = (_tiers(), signed_off(REVOPS), _mapped_fields())
    market = (valuation_realistic(REVOPS), short_list(REVOPS), clean_first(REVOPS))
    return Suite(f"sync_{SYNC}", (_rows(), _payload(), *rules, *market, _last_sync()))


def _rows() -> Frame:
    """The values themselves, row by row: only the columns that are written."""
    shape = "^001[A-Za-z0-9]{12}(?:[A-Z0-5]{3})?$"
    picklist = Query("select crm_value from seeds.picklist_map where target_field = 'Account_Tier__c'")
    checks = (
        _cell("key_filled", "expect_column_values_to_not_be_null", "salesforce_account_id", "an id on every row"),
        _cell("key_unique", "expect_column_values_to_be_unique", "salesforce_account_id", "each account record once"),
        _cell(
            "key_shape",
            "expect_column_values_to_match_regex",
            "salesforce_account_id",
            "ids of Salesforce accounts",
            regex=shape,
        ),
        _cell(
            "tier_in_picklist",
            "expect_column_values_to_be_in_set",
            "account_tier",
            "values of picklist_map.csv for Account_Tier__c (RET-08: 'Tier 1', never 'T1')",
            remedy="map the value in dbt_project/seeds/picklist_map.csv to the CRM's own word",
            requirements=("DQ-05", "RET-08"),
            value_set=picklist,
        ),
        _range("fit_score_range", "icp_fit_score", 0, 100),
        _range("intelligence_score_range", "intelligence_score", 0, 100),
        _range("valuation_not_negative", "account_valuation", 0, None),
        _cell(
            "topic_fits_field",
            "expect_column_value_lengths_to_be_between",
            "last_intent_topic",
            f"at most {LONGEST_TOPIC} characters",
            max_value=LONGEST_TOPIC,
        ),
    )
    return Frame(
        table=TABLE,
        sql=f"select {_VALUES} from {TABLE}",
        checks=checks,
        requires=(*(f"{TABLE}.{column}" for column in _VALUES.split(", ")), "seeds.picklist_map"),
        is_profile=False,
    )


def _cell(
    name: str,
    expectation: str,
    column: str,
    expected: str,
    remedy: str | None = None,
    requirements: tuple[str, ...] = (),
    **arguments: object,
) -> Check:
    return Check(
        name=name,
        expectation=expectation,
        arguments={"column": column, **arguments},
        expected=expected,
        description=f"{column}: {expected}",
        owner=REVOPS,
        remedy=remedy or f"trace {column} of the rows named back through its model before syncing",
        requirements=requirements,
    )


def _range(name: str, column: str, low: float, high: float | None) -> Check:
    expected = f"{low} to {high}" if high is not None else f"{low} or more"
    return _cell(name, "expect_column_values_to_be_between", column, expected, min_value=float(low), max_value=high)


def _payload() -> Frame:
    """Figures of the whole payload."""
    rows = Measure(
        name="row_count",
        sql="count(*)",
        low=1,
        expected="at least one record",
        description="There is something to sync",
        remedy="check that accounts were landed and that int_account_records holds live ones",
    )
    return profile(TABLE, REVOPS, (rows, *_blanks(), _tier_1()))


def _blanks() -> tuple[Measure, ...]:
    """Shares in percent of all records (DQ-09); an excluded record needs no value."""
    unvalued = f"account_valuation is null and {_TIERED}"
    return (
        Measure(
            name="blank_tier_percent",
            sql="100.0 * count(*) filter (where account_tier is null) / nullif(count(*), 0)",
            columns=("account_tier", "salesforce_account_id"),
            high=HIGHEST_BLANK_PERCENT,
            expected=f"at most {HIGHEST_BLANK_PERCENT}% of records without a tier",
            description="Nearly every record has a tier (DQ-09)",
            remedy="look at tier_reason: a vector of icp_vectors.csv with missing_policy required lacks its data",
            examples=_examples("account_tier is null"),
            requirements=("DQ-09",),
        ),
        Measure(
            name="blank_valuation_percent",
            sql=f"100.0 * count(*) filter (where {unvalued}) / nullif(count(*), 0)",
            columns=("account_valuation",),
            high=HIGHEST_BLANK_PERCENT,
            expected=f"at most {HIGHEST_BLANK_PERCENT}% of records with a tier but no valuation",
            description="Nearly every record that has a tier has a value (DQ-09)",
            remedy="enable a method in valuation_methods.csv that applies to the records named",
            examples=_examples(unvalued),
            requirements=("DQ-09",),
        ),
    )


def _tier_1() -> Measure:
    """Tier 1 in percent of the records that have one of the working tiers (DQ-04)."""
    tier_1 = (
        "(select crm_value from seeds.picklist_map where target_field = 'Account_Tier__c' and internal_value = 'T1')"
    )
    tiered, in_tier_1 = (f"count(*) filter (where {one})" for one in (_TIERED, f"account_tier = {tier_1}"))
    return Measure(
        name="tier_1_percent",
        sql=f"case when {_IS_TIERED} then 100.0 * {in_tier_1} / nullif({tiered}, 0) end",
        columns=("account_tier",),
        above=LOWEST_T1_PERCENT,
        below=HIGHEST_T1_PERCENT,
        expected=f"more than {LOWEST_T1_PERCENT}% and less than {HIGHEST_T1_PERCENT}% of tiered records in Tier 1",
        description="The tiers tell accounts apart (DQ-04); a concentrated market is all Tier 1",
        remedy="correct weights in icp_vectors.csv or thresholds in tier_thresholds.csv",
        extra=("seeds.picklist_map", "marts.account_tiers.market_mode"),
        requirements=("DQ-04",),
    )


def _examples(condition: str) -> str:
    return f"select salesforce_account_id from {TABLE} where {condition} order by 1 limit 5"


def _tiers() -> Frame:
    """A tier that picklist_map does not know would reach the CRM as a blank: it is named before that."""
    table = "marts.account_tiers"
    unmapped = (
        "tier is not null and tier not in "
        "(select internal_value from seeds.picklist_map where target_field = 'Account_Tier__c')"
    )
    measure = Measure(
        name="tiers_mapped",
        sql=f"count(*) filter (where {unmapped})",
        columns=("tier",),
        low=0,
        high=0,
        expected="every tier in picklist_map.csv",
        description="Each of our tiers has a word in the CRM (RET-08)",
        remedy="add the tier to dbt_project/seeds/picklist_map.csv with the CRM's own word",
        examples=f"select distinct tier from {table} where {unmapped} order by 1 limit 5",
        extra=("seeds.picklist_map.internal_value",),
        requirements=("DQ-05", "RET-08"),
    )
    return profile(table, REVOPS, (measure,))


def _mapped_fields() -> Frame:
    """The field map against the payload: each pushed column exists, and no field is written twice (DQ-05)."""
    table = "seeds.field_map"
    pushed = f"sync = '{SYNC}' and direction in ('push', 'both') and write_mode <> 'never'"
    repeated = f"select target_field from {table} where {pushed} group by 1 having count(*) > 1"
    absent = (
        f"{pushed} and column_name not in (select column_name from information_schema.columns "
        f"where table_schema || '.' || table_name = '{TABLE}')"
    )
    measures = (
        Measure(
            name="columns_exist",
            sql=f"count(*) filter (where {absent})",
            columns=("sync", "column_name", "direction", "write_mode"),
            low=0,
            high=0,
            expected=f"every pushed column in {TABLE}",
            description="Each mapped column is in the payload",
            remedy="correct column_name in dbt_project/seeds/field_map.csv, or add the column to the model",
            examples=f"select column_name from {table} where {absent} order by 1 limit 5",
            requirements=("DQ-05",),
        ),
        Measure(
            name="targets_once",
            sql=f"count(*) filter (where {pushed}) - count(distinct target_field) filter (where {pushed})",
            columns=("target_field",),
            low=0,
            high=0,
            expected="each target field once",
            description="No two columns are written to one field",
            remedy="keep one row per target_field in dbt_project/seeds/field_map.csv",
            examples=f"{repeated} order by 1 limit 5",
            requirements=("DQ-05",),
        ),
    )
    return profile(table, REVOPS, measures)


def _last_sync() -> Frame:
    """The payload's size against what the last live sync looked at; nothing to compare before the first one."""
    seen = (
        "(select planned + unchanged from ops.sync_runs "
        f"where sync = '{SYNC}' and mode = 'live' and planned + unchanged > 0 order by started_at desc limit 1)"
    )
    measure = Measure(
        name="payload_not_collapsed",
        sql=f"100.0 * count(*) / {seen}",
        low=SMALLEST_PAYLOAD_PERCENT,
        expected=f"at least {SMALLEST_PAYLOAD_PERCENT}% of the records of the last sync",
        description="The payload has not collapsed since the last sync",
        remedy="check that Salesforce accounts were loaded in full before anything is written",
        extra=("ops.sync_runs",),
    )
    return profile(TABLE, REVOPS, (measure,), absent_passes=True)
