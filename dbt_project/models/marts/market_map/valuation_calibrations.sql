{{ config(materialized="view") }}
with
    backtests as (select * from {{ ref("valuation_backtests") }}),
    measured as (
        select
            method,
            max(version) as version,
            count(*) as customer_count,
            {{ median_of("error_ratio") }} as median_error_ratio,
            {{ median_of("estimate_ratio") }} as median_estimate_ratio,
            avg(
                case when estimate_ratio between 0.5 and 2 then 1.0 else 0.0 end
            ) as within_factor_two_ratio,
            sum(estimate_usd) as estimate_usd,
            sum(contract_usd) as contract_usd
        from backtests
        group by method
    ),
    final as (
        select
            method,
            version,
            cast(customer_count as bigint) as customer_count,
            cast(median_error_ratio as double) as median_error_ratio,
            cast(median_estimate_ratio as double) as median_estimate_ratio,
            -- The factor by which coefficient or price would have to change for the
            -- middle customer to be right.
            cast(1 / nullif(median_estimate_ratio, 0) as double) as suggested_factor,
            cast(within_factor_two_ratio as double) as within_factor_two_ratio,
            cast(estimate_usd as decimal(18, 2)) as estimate_usd,
            cast(contract_usd as decimal(18, 2)) as contract_usd
        from measured
    )
select *
from final
