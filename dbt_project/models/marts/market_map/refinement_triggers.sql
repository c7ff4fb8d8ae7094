with
    rules as (select * from {{ ref("refinement_rules") }} where is_enabled),
    days as ({{ days_back(120) }}),
    deals as (select * from {{ ref("deal_tiers") }}),
    edits as (
        select count(*) as edit_count
        from {{ ref("icp_vector_history") }}
        where is_current and change_reason like '% without a new version'
    ),
    events as (
        select
            count(*) as event_count,
            {{ dbt.listagg("event", "', '", "order by happened_on") }} as event_names
        from {{ ref("business_events") }}
        inner join rules on rules.trigger_id = 'business_events'
        where
            {{ dbt.datediff("happened_on", as_of_date(), "day") }}
            between 0 and rules.window_days
    ),
    coverage as (
        select * from {{ ref("persona_coverage_summaries") }} where tier = 'T1'
    ),
    tiers as (
        select count(*) as account_count, count(*) - count(tier) as untiered_count
        from {{ ref("account_tiers") }}
    ),
    territory as (
        select max(max_min_ratio) as max_min_ratio
        from {{ ref("owner_territories") }}
        where is_active
    ),
    amounts as ({{ won_amounts("deals") }}),
    status as (select * from {{ ref("stg_ml__evidence_status") }}),
    flipped as ({{ flipped_tiers(ref("tier_thresholds")) }}),
    observed as (
        {{ tier_beats("t3_beats_t1", "T3", "T1") }}
        union all
        {{ tier_beats("t2_beats_t1", "T2", "T1") }}
        union all
        {{
            seen(
                "blank_tiers",
                "tiers",
                "untiered_count > rules.threshold * account_count",
                "untiered_count || ' of ' || account_count || ' accounts without a tier'",
            )
        }}
        union all
        {{
            seen(
                "territory_imbalance",
                "territory",
                "max_min_ratio > rules.threshold",
                "'largest territory ' || round(max_min_ratio, 2) || ' times the smallest'",
            )
        }}
        union all
        {{
            seen(
                "valuation_drift",
                "amounts",
                "least(recent_count, earlier_count) >= rules.minimum_deals and abs(recent_usd / nullif(earlier_usd, 0) - 1) > rules.threshold",
                "'median amount won ' || recent_usd || ' after ' || earlier_usd",
            )
        }}
        union all
        {{
            seen(
                "persona_coverage",
                "coverage",
                "covered_ratio < rules.threshold",
                "covered_count || ' of ' || account_count || ' T1 accounts with a P1 person'",
            )
        }}
        union all
        {{
            seen(
                "changed_without_version",
                "edits",
                "edit_count > rules.threshold",
                "edit_count || ' vectors edited without a new version'",
            )
        }}
        union all
        {{
            seen(
                "business_events",
                "events",
                "event_count > rules.threshold",
                "coalesce(event_names, 'no event')",
            )
        }}
    )
select
    rules.trigger_id,
    rules.description,
    coalesce(observed.is_raised, false) as is_raised,
    observed.observed,
    rules.action || case
        when rules.trigger_id = 't2_beats_t1' and observed.is_raised
        then ' (' || flipped.proposal || ')'
        else ''
    end as action,
    rules.owner
from rules
cross join flipped
left join observed on rules.trigger_id = observed.trigger_id
union all
select
    'evidence',
    'Past deals are too few to learn from',
    status.status <> 'assessed',
    status.status,
    'Keep vectors from interviews and market search until there is history',
    'RevOps'
from status
