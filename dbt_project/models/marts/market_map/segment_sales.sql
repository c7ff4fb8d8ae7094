{{ config(materialized="view") }}
-- How a segment has sold and what it is expected to: every deal stands once in each
-- attribute.
with
    accounts as (select * from {{ ref("dim_accounts") }}),
    segments as (select * from {{ ref("int_account_segments") }}),
    tiers as (select * from {{ ref("account_tiers") }}),
    deals as (
        select
            deals.*,
            accounts.industry,
            accounts.country_code,
            segments.segment,
            tiers.tier
        from {{ ref("fct_opportunities") }} as deals
        inner join accounts on deals.account_id = accounts.account_id
        left join segments on deals.account_id = segments.account_id
        left join tiers on deals.account_id = tiers.account_id
    ),
    placed as (
        {%- for attribute in ["industry", "country_code", "segment", "tier"] %}
            select
                '{{ attribute }}' as attribute,
                coalesce({{ attribute }}, 'unknown') as segment,
                is_closed,
                is_won,
                amount_usd,
                sales_cycle_days,
                forecast_category
            from deals {{ "union all" if not loop.last }}
        {%- endfor %}
    ),
    counted as (
        select
            attribute,
            segment,
            sum(case when is_won then 1 else 0 end) as won_count,
            sum(case when is_closed and not is_won then 1 else 0 end) as lost_count,
            sum(case when not is_closed then 1 else 0 end) as open_count,
            avg(case when is_won then amount_usd end) as mean_won_usd,
            avg(case when is_won then sales_cycle_days end) as mean_cycle_days,
            sum(case when not is_closed then amount_usd else 0 end) as open_usd,
            sum(
                case
                    when
                        not is_closed
                        and lower(replace(forecast_category, ' ', ''))
                        in ('commit', 'bestcase', 'mostlikely')
                    then amount_usd
                    -- Without a forecast the CRM supplies none: unknown, not nothing.
                    when not is_closed and forecast_category is not null
                    then 0
                end
            ) as forecast_usd
        from placed
        group by attribute, segment
    ),
    final as (
        select
            attribute || ': ' || segment as segment_id,
            attribute,
            segment,
            cast(won_count as bigint) as won_count,
            cast(lost_count as bigint) as lost_count,
            cast(open_count as bigint) as open_count,
            {{ win_ratio("won_count", "lost_count") }} as win_ratio,
            cast(mean_won_usd as decimal(18, 2)) as mean_won_usd,
            cast(mean_cycle_days as double) as mean_cycle_days,
            cast(open_usd as decimal(18, 2)) as open_usd,
            cast(forecast_usd as decimal(18, 2)) as forecast_usd
        from counted
    )
select *
from final
