{{ config(materialized="view") }}
-- Customers of each tier: what they pay, what they could pay, and who left. Whoever
-- bought and is no customer any more left once, however often they bought.
with
    tiers as (select * from {{ ref("account_tiers") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    spaces as (select * from {{ ref("white_spaces") }}),
    buyers as (
        select distinct account_id
        from {{ ref("fct_opportunities") }}
        where is_won and account_id is not null
    ),
    placed as (
        select
            coalesce(tiers.tier, 'None') as tier,
            accounts.is_customer,
            not accounts.is_customer and buyers.account_id is not null as is_churned,
            case
                when accounts.is_customer
                then coalesce(accounts.current_contract_value_usd, 0)
                else 0
            end as contract_usd,
            coalesce(spaces.white_space_usd, 0) as white_space_usd,
            coalesce(spaces.white_space_usd > 0, false) as has_white_space,
            coalesce(spaces.is_over_penetrated, false) as is_over_penetrated
        from accounts
        left join tiers on accounts.account_id = tiers.account_id
        left join spaces on accounts.account_id = spaces.account_id
        left join buyers on accounts.account_id = buyers.account_id
    ),
    final as (
        select
            tier,
            {%- for column, condition in [
                ("customer", "is_customer"),
                ("upsell", "has_white_space"),
                ("over_penetrated", "is_over_penetrated"),
                ("churned", "is_churned"),
            ] %}
                sum(case when {{ condition }} then 1 else 0 end) as {{ column }}_count,
            {%- endfor %}
            sum(contract_usd) as contract_usd,
            sum(white_space_usd) as white_space_usd
        from placed
        where is_customer or is_churned
        group by tier
    )
select
    tier,
    cast(customer_count as bigint) as customer_count,
    cast(upsell_count as bigint) as upsell_count,
    cast(over_penetrated_count as bigint) as over_penetrated_count,
    cast(churned_count as bigint) as churned_count,
    churned_count / cast(customer_count + churned_count as double) as churn_ratio,
    cast(contract_usd as decimal(18, 2)) as contract_usd,
    cast(white_space_usd as decimal(18, 2)) as white_space_usd
from final
