{{ config(materialized="view") }}
-- Every method against what customers pay today. Like accounts leaves the customer
-- itself out, so no method has seen the answer.
with
    customers as (
        select account_id, account_name, current_contract_value_usd as contract_usd
        from {{ ref("dim_accounts") }}
        where is_customer and current_contract_value_usd > 0
    ),
    estimates as (
        select account_id, method, value_usd as estimate_usd, version
        from {{ ref("account_valuation_methods") }}
        where is_applicable
        union all
        select account_id, 'all methods', valuation_usd, version
        from {{ ref("account_valuations") }}
        where valuation_usd is not null
    ),
    final as (
        select
            customers.account_id || ': ' || estimates.method as backtest_id,
            customers.account_id,
            customers.account_name,
            estimates.method,
            estimates.version,
            customers.contract_usd,
            estimates.estimate_usd,
            cast(
                estimates.estimate_usd - customers.contract_usd as decimal(18, 2)
            ) as error_usd,
            cast(estimates.estimate_usd as double)
            / cast(customers.contract_usd as double) as estimate_ratio,
            abs(
                cast(estimates.estimate_usd as double)
                / cast(customers.contract_usd as double)
                - 1
            ) as error_ratio
        from customers
        inner join estimates on customers.account_id = estimates.account_id
    )
select *
from final
