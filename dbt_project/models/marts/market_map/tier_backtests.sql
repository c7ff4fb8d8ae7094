{{ config(materialized="view") }}
with
    deals as (select * from {{ ref("deal_tiers") }}),
    windows as (
        select 'all' as deal_window, cast('1900-01-01' as date) as begins_on
        union all
        select
            'last 365 days', cast({{ dbt.dateadd("day", -365, as_of_date()) }} as date)
        union all
        select
            'last 182 days', cast({{ dbt.dateadd("day", -182, as_of_date()) }} as date)
    ),
    counted as (
        select
            windows.deal_window,
            deals.tier,
            count(*) as closed_count,
            sum(case when deals.is_won then 1 else 0 end) as won_count,
            avg(case when deals.is_won then deals.amount_usd end) as mean_won_usd,
            avg(
                case when deals.is_won then deals.sales_cycle_days end
            ) as mean_cycle_days
        from deals
        inner join windows on deals.close_date >= windows.begins_on
        group by windows.deal_window, deals.tier
    ),
    final as (
        select
            deal_window || ': ' || tier as backtest_id,
            deal_window,
            tier,
            cast(closed_count as bigint) as closed_count,
            cast(won_count as bigint) as won_count,
            cast(closed_count - won_count as bigint) as lost_count,
            won_count / cast(closed_count as double) as win_ratio,
            {{ wilson_bound("won_count", "closed_count", "low") }} as win_ratio_low,
            {{ wilson_bound("won_count", "closed_count", "high") }} as win_ratio_high,
            cast(mean_won_usd as decimal(18, 2)) as mean_won_usd,
            cast(mean_cycle_days as double) as mean_cycle_days
        from counted
    )
select *
from final
