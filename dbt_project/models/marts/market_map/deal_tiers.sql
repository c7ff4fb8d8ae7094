with
    matches as (select * from {{ ref("int_opportunities__vector_matches") }}),
    fits as ({{ fit_of_matches("matches", "opportunity_id") }}),
    thresholds as (select * from {{ ref("tier_thresholds") }}),
    deals as (select * from {{ ref("fct_opportunities") }}),
    history as (select * from {{ ref("account_tier_history") }}),
    scored as (
        select
            deals.opportunity_id,
            deals.account_id,
            deals.is_won,
            deals.amount_usd,
            deals.sales_cycle_days,
            deals.created_at,
            deals.close_date,
            fits.fit_score,
            fits.excluding_vectors,
            {{ last_value_by("thresholds.tier", "thresholds.minimum_score") }}
            as tier_by_score
        from deals
        inner join fits on deals.opportunity_id = fits.opportunity_id
        left join thresholds on fits.fit_score >= thresholds.minimum_score
        group by all
    ),
    final as (
        select
            scored.opportunity_id,
            scored.account_id,
            case
                when scored.excluding_vectors is not null
                then 'Excluded'
                else coalesce(scored.tier_by_score, 'None')
            end as tier,
            -- What sales saw at the time, where history reaches back that far.
            history.tier as recorded_tier,
            scored.fit_score,
            scored.is_won,
            scored.amount_usd,
            scored.sales_cycle_days,
            scored.created_at,
            scored.close_date
        from scored
        left join
            history
            on scored.account_id = history.account_id
            and scored.created_at >= history.valid_from
            and (scored.created_at < history.valid_to or history.is_current)
    )
select *
from final
