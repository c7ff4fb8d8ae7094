"""What must hold of the market map before it leaves: real values, a short list that is short, a clean CRM, equity."""

from expectations.checks import Frame, Measure, profile

_ALLOWED = "exists (select 1 from seeds.sign_off_overrides where scope = '{scope}')"
_SETTING = "(select max(value) from seeds.{seed} where setting = '{setting}')"
_APPROACH = (
    "(select {column} from marts.approach_recommendations join seeds.icp_approaches using (approach) where is_chosen)"
)


def valuation_realistic(owner: str) -> Frame:
    """Estimates against what known customers pay (VAL-08, DQ-03), unless somebody allows the push by name."""
    table = "marts.valuation_calibrations"
    combined, allowed = "filter (where method = 'all methods')", _ALLOWED.format(scope="valuations")
    most = _SETTING.format(seed="evidence_settings", setting="valuation_error_ratio")
    fewest = _SETTING.format(seed="evidence_settings", setting="valuation_customers")
    extra = ("seeds.evidence_settings", "seeds.sign_off_overrides")
    override = "or allow it by name in sign_off_overrides.csv (scope valuations)"
    measures = (
        Measure(
            name="valuation_error",
            sql=f"case when {allowed} then 0 else coalesce(max(median_error_ratio) {combined} - {most}, 0) end",
            columns=("method", "median_error_ratio"),
            high=0,
            expected="a median error of at most valuation_error_ratio of evidence_settings.csv",
            description="Values are realistic for customers whose contracts are known (DQ-03)",
            remedy=f"change valuation_methods.csv by suggested_factor of marts.valuation_calibrations, {override}",
            examples=f"select method || ': ' || round(100 * median_error_ratio) || '% off' from {table} order by 1",
            extra=extra,
            requirements=("DQ-03", "VAL-08"),
        ),
        Measure(
            name="valuation_customers",
            sql=f"case when {allowed} then 0 else {fewest} - coalesce(max(customer_count) {combined}, 0) end",
            columns=("method", "customer_count"),
            high=0,
            expected="at least as many customers compared as valuation_customers of evidence_settings.csv says",
            description="Values were held against enough known customers (VAL-08)",
            remedy=f"load current contract values of customers, {override}",
            extra=extra,
            requirements=("DQ-03", "VAL-08"),
        ),
    )
    return profile(table, owner, measures)


def short_list(owner: str) -> Frame:
    """Under approach t1_only the target list has 500 to 2,000 accounts (ICP-17)."""
    table = "marts.account_tiers"
    listed = "count(*) filter (where tier = 'T1' and market_mode = 't1_only')"
    is_short = "max(market_mode) = 't1_only'"
    extra = ("marts.approach_recommendations.is_chosen", "seeds.icp_approaches")
    most = Measure(
        name="target_list_not_too_long",
        sql=f"case when {is_short} then {listed} - {_APPROACH.format(column='maximum_t1_accounts')} else 0 end",
        columns=("tier", "market_mode"),
        high=0,
        expected="at most maximum_t1_accounts of icp_approaches.csv in Tier 1",
        description="A Tier 1 only market is a short list (ICP-17)",
        remedy="raise the T1 threshold in tier_thresholds.csv, or choose another approach in intake_answers.csv",
        extra=extra,
        requirements=("ICP-17",),
    )
    fewest = Measure(
        name="target_list_not_too_short",
        sql=f"case when {is_short} then {_APPROACH.format(column='minimum_t1_accounts')} - {listed} else 0 end",
        columns=("tier", "market_mode"),
        high=0,
        expected="at least minimum_t1_accounts of icp_approaches.csv in Tier 1",
        description="A Tier 1 only market is still a market (ICP-17)",
        remedy="lower the T1 threshold in tier_thresholds.csv",
        severity="warning",
        blocking=False,
        extra=extra,
        requirements=("ICP-17",),
    )
    return profile(table, owner, (most, fewest))


def clean_first(owner: str) -> Frame:
    """Under approach crm_cleanup_first nothing is scored, nor goes out, before the CRM is repaired (ICP-15, DQ-19)."""
    table = "marts.account_tiers"
    measure = Measure(
        name="crm_is_clean",
        sql="count(*) filter (where held_reason is not null)",
        columns=("held_reason",),
        high=0,
        expected="no more blocked accounts than maximum_blocked_percent of icp_approaches.csv allows",
        description="Approach CRM cleanup first: the CRM is repaired before anything is scored (ICP-15)",
        remedy="repair what marts.crm_blockers lists, or change the approach in intake_answers.csv",
        examples=f"select distinct held_reason from {table} where held_reason is not null",
        requirements=("ICP-15", "DQ-19"),
    )
    return profile(table, owner, (measure,))


def equitable_launch(owner: str) -> Frame:
    """No active rep holds ten times another's value (DQ-08); a rep whose accounts are worth nothing counts."""
    table = "marts.owner_territories"
    value = "{function}(valuation_usd) filter (where is_active and has_accounts)"
    highest, lowest = value.format(function="max"), value.format(function="min")
    bound = _SETTING.format(seed="territory_settings", setting="launch_max_min_ratio")
    uneven = f"case when {highest} > 0 and {highest} >= {bound} * {lowest} then 1 else 0 end"
    measure = Measure(
        name="territories_equitable",
        sql=f"case when {_ALLOWED.format(scope='territories')} then 0 else {uneven} end",
        columns=("valuation_usd", "is_active", "has_accounts", "user_name"),
        high=0,
        expected="the largest territory below launch_max_min_ratio of territory_settings.csv times the smallest",
        description="Nobody is given a territory worth a fraction of another's (DQ-08)",
        remedy="marketmap territories propose and approve, or allow it in sign_off_overrides.csv (territories)",
        examples=f"select user_name from {table} where is_active and has_accounts order by valuation_usd limit 3",
        extra=("seeds.territory_settings", "seeds.sign_off_overrides"),
        requirements=("DQ-08",),
    )
    return profile(table, owner, (measure,))
