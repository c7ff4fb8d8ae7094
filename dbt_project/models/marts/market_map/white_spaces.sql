{{ config(materialized="view") }}
with
    customers as (select * from {{ ref("dim_accounts") }} where is_customer),
    valuations as (select * from {{ ref("account_valuations") }}),
    tiers as (select * from {{ ref("account_tiers") }}),
    final as (
        select
            customers.account_id,
            customers.account_name,
            customers.owner_user_id,
            tiers.tier,
            valuations.valuation_usd as potential_usd,
            coalesce(customers.current_contract_value_usd, 0) as contract_usd,
            cast(
                greatest(
                    valuations.valuation_usd
                    - coalesce(customers.current_contract_value_usd, 0),
                    0
                ) as decimal(18, 2)
            ) as white_space_usd,
            coalesce(
                customers.current_contract_value_usd > valuations.valuation_usd, false
            ) as is_over_penetrated
        from customers
        left join valuations on customers.account_id = valuations.account_id
        left join tiers on customers.account_id = tiers.account_id
    )
select
    account_id,
    account_name,
    owner_user_id,
    tier,
    potential_usd,
    contract_usd,
    case when potential_usd is not null then white_space_usd end as white_space_usd,
    is_over_penetrated
from final
