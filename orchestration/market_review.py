"""The ICP data review: what the rules made of the market, on one page, made anew whenever marts are published.

Read before tiers go out and before people are looked for: do the tiers tell accounts apart, does a sample of Tier 1
look right, is value spread fairly, what asks for a refinement?
"""

from __future__ import annotations

from orchestration.pages import Page, Section, percent

LAST_TABLE = "marts.market_map_distributions"  # follows from every other table of the page


def _whole(column: str) -> str:
    return f"cast(round({column}) as bigint)"


def _usd(column: str) -> str:
    return f"'$' || format('{{:,}}', cast(round({column}) as bigint))"


_SECTIONS = (
    Section(
        "Tiers",
        "How many accounts stand in each tier, what are they worth, and how was it before the last change?",
        f"""select tier as "tier", account_count as "accounts", {percent("account_ratio")} as "share",
            {_usd("valuation_usd")} as "value", previous_account_count as "accounts before",
            {percent("previous_account_ratio")} as "share before", {_usd("previous_valuation_usd")} as "value before",
            customer_count as "customers", play as "play"
        from marts.tier_summaries order by tier = 'None', tier = 'Excluded', tier""",
    ),
    Section(
        "The project in numbers",
        "What was loaded, and what enrichment cost this month against its budget.",
        f"""from (select tier as "what", sum(accounts) as "accounts", sum(contacts) as "contacts",
            {_usd("sum(value_usd)")} as "value", null as "credits", null as "budget" from (
                select tier, account_count as accounts, 0 as contacts, valuation_usd as value_usd
                from marts.tier_summaries
                union all
                select coalesce(account_tier, 'None'), 0, count(*), 0 from marts.contact_personas group by 1
            ) group by tier
        union all
        select vendor, null, null, null, {_whole("max(month_to_date_credit_count)")},
            {_whole("max(monthly_credit_budget)")}
        from marts.credit_usage where usage_month = date_trunc('month', current_date) group by vendor
        ) order by "accounts" is null, "what" = 'None', "what" = 'Excluded', "what" """,
    ),
    Section(
        "Conversion by tier",
        "Deals of the accounts that stand in each tier today.",
        f"""select tier as "tier", won_count as "won", lost_count as "lost", open_count as "open",
            {percent("win_ratio")} as "win rate", {_usd("won_usd")} as "won value", {_usd("open_usd")} as "open value",
            {_whole("median_cycle_days")} as "median days to win"
        from marts.tier_summaries order by tier = 'None', tier = 'Excluded', tier""",
    ),
    Section(
        "Does Tier 1 win more?",
        "Closed deals by the tier as of the day they were opened, with 95% intervals.",
        f"""select tier as "tier", closed_count as "closed", won_count as "won", {percent("win_ratio")} as "win rate",
            {percent("win_ratio_low")} || ' to ' || {percent("win_ratio_high")} as "interval",
            {_usd("mean_won_usd")} as "mean won", {_whole("mean_cycle_days")} as "days to win"
        from marts.tier_backtests where deal_window = 'all' and tier in ('T1', 'T2', 'T3') order by tier""",
    ),
    Section(
        "What drives wins",
        "Attributes that add something given all others; false discoveries are held to 5%.",
        """select driver as "driver", format('{:.1e}', given_others_p_value) as "p given all others"
        from marts.driver_evidence where is_driver order by place""",
    ),
    Section(
        "How segments sell",
        "The largest industries and the segments of the seed: what they won and what is expected.",
        f"""select attribute as "attribute", segment as "segment", won_count + lost_count as "closed",
            {percent("win_ratio")} as "win rate", {_usd("mean_won_usd")} as "mean won",
            {_whole("mean_cycle_days")} as "days to win", {_usd("open_usd")} as "open",
            {_usd("forecast_usd")} as "forecast"
        from marts.segment_sales where attribute in ('industry', 'segment')
        qualify row_number() over (partition by attribute order by won_count + lost_count desc, segment) <= 8
        order by attribute desc, won_count + lost_count desc, segment""",
    ),
    Section(
        "A sample of Tier 1",
        "Ten accounts, drawn anew each month. Would sales agree?",
        f"""select accounts.account_name as "account", country_code as "country", industry as "industry",
            employee_count as "employees", tiers.fit_score as "fit", {_usd("valuations.valuation_usd")} as "value"
        from marts.account_tiers as tiers join marts.dim_accounts as accounts using (account_id)
        left join marts.account_valuations as valuations using (account_id) where tier = 'T1'
        order by hash(account_id || strftime(current_date, '%Y-%m')) limit 10""",
    ),
    Section(
        "Is the value realistic?",
        "Each method against what customers pay.",
        f"""select method as "method", customer_count as "customers",
            {percent("median_error_ratio")} as "median error",
            round(median_estimate_ratio, 2) as "estimate over contract"
        from marts.valuation_calibrations order by method = 'all methods' desc, method""",
    ),
    Section(
        "Customers",
        "What they pay, what they could pay besides, and who left.",
        f"""select tier as "tier", customer_count as "customers", {_usd("contract_usd")} as "contracts",
            {_usd("white_space_usd")} as "white space", upsell_count as "with white space",
            over_penetrated_count as "pay more than estimated", churned_count as "left",
            {percent("churn_ratio")} as "share that left"
        from marts.customer_summaries order by tier = 'None', tier = 'Excluded', tier""",
    ),
    Section(
        "Is it spread fairly?",
        "Value per rep against the mean of active reps.",
        f"""select coalesce(user_name, owner_user_id) as "rep", is_active as "active", account_count as "accounts",
            t1_count as "T1", {_usd("valuation_usd")} as "value", {percent("mean_ratio")} as "of the mean"
        from marts.owner_territories order by valuation_usd desc""",
    ),
    Section(
        "The whole market",
        "Everybody who is not excluded, in the CRM or net-new, beside the market that the intake estimates.",
        f"""from (
            select tier as "tier", origin as "origin", account_count as "accounts", {_usd("valuation_usd")} as "value",
                null as "estimated" from marts.market_sizes
            union all
            select 'all', null, max(tam_count), {_usd("max(tam_usd)")}, max(estimated_tam_count) from marts.market_sizes
        ) order by tier = 'all', tier = 'None', tier, origin""",
    ),
    Section(
        "Do we know who decides?",
        "Accounts at which a Tier 1 persona is known.",
        f"""select tier as "tier", account_count as "accounts", covered_count as "covered",
            {percent("covered_ratio")} as "share", {percent("target_ratio")} as "target"
        from marts.persona_coverage_summaries order by tier""",
    ),
    Section(
        "Whom to write to",
        "Tier 1 personas at Tier 1 accounts who may be contacted: the ten accounts of most value (target_contacts).",
        f"""select account_name as "account", {_usd("max(valuation_usd)")} as "value", count(*) as "people",
            count(*) filter (is_engaged_last_7_days) as "engaged this week",
            string_agg(distinct buying_role, ', ' order by buying_role) as "roles"
        from marts.target_contacts group by account_id, account_name
        order by max(valuation_usd) desc nulls last, account_id limit 10""",
    ),
    Section(
        "What asks for a refinement",
        "Triggers that are raised, and figures outside what expected_distributions.csv says.",
        """select 'Nothing is scored: tiers are those from before' as "what", held_reason as "seen",
            'repair what marts.crm_blockers lists' as "to do" from marts.account_tiers where held_reason is not null
            group by held_reason
        union all
        select description, observed, action from marts.refinement_triggers where is_raised
        union all
        select figure || ' in ' || tier, round(actual_percent, 1) || '%',
            'expected ' || minimum_percent || ' to ' || maximum_percent || '%'
        from marts.market_map_distributions where not is_expected""",
    ),
)

PAGE = Page("market_review", "ICP data review", "The market map is", _SECTIONS)
