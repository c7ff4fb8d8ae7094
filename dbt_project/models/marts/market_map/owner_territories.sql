{{ config(materialized="view") }}
with
    accounts as (select * from {{ ref("account_territories") }}),
    users as (select * from {{ ref("dim_users") }}),
    -- Active Account Executives who own nothing are shown, and judged by nobody's
    -- figures.
    idle as (
        select user_id as owner_user_id
        from {{ ref("int_routing_users") }}
        where
            is_active
            and {{ list_holds("user_groups", "'account_executives'") }}
            and user_id
            not in (select owner_user_id from accounts where owner_user_id is not null)
    ),
    contracts as (
        select account_id, is_customer, current_contract_value_usd
        from {{ ref("dim_accounts") }}
    ),
    settings as (
        select
            max(
                case when setting = 'minimum_accounts_per_rep' then value end
            ) as minimum_accounts,
            max(
                case when setting = 'maximum_accounts_per_rep' then value end
            ) as maximum_accounts
        from {{ ref("territory_settings") }}
    ),
    summed as (
        select
            coalesce(accounts.owner_user_id, 'unassigned') as owner_user_id,
            count(*) as account_count,
            sum(case when accounts.tier = 'T1' then 1 else 0 end) as t1_count,
            sum(case when accounts.tier = 'T2' then 1 else 0 end) as t2_count,
            sum(case when accounts.tier = 'T3' then 1 else 0 end) as t3_count,
            sum(case when contracts.is_customer then 1 else 0 end) as customer_count,
            sum(accounts.valuation_usd) as valuation_usd,
            sum(
                case when accounts.tier = 'T1' then accounts.valuation_usd else 0 end
            ) as t1_valuation_usd,
            sum(coalesce(contracts.current_contract_value_usd, 0)) as contract_usd
        from accounts
        inner join contracts on accounts.account_id = contracts.account_id
        group by coalesce(accounts.owner_user_id, 'unassigned')
        union all
        select owner_user_id, 0, 0, 0, 0, 0, 0, 0, 0
        from idle
    ),
    ranked as (
        select
            summed.*,
            users.user_name,
            coalesce(users.is_active, false) as is_active,
            case
                when users.is_active and summed.account_count > 0
                then
                    row_number() over (
                        partition by
                            coalesce(users.is_active, false), summed.account_count > 0
                        order by summed.valuation_usd, summed.owner_user_id
                    )
            end as value_rank
        from summed
        left join users on summed.owner_user_id = users.user_id
    ),
    fairness as (
        select
            count(*) as rep_count,
            avg(valuation_usd) as mean_usd,
            max(valuation_usd) / nullif(min(valuation_usd), 0) as max_min_ratio,
            sum((2 * value_rank - rep_total - 1) * valuation_usd)
            / nullif(max(rep_total) * sum(valuation_usd), 0) as gini
        from
            (
                select *, count(*) {{ over_all() }} as rep_total
                from ranked
                where is_active and account_count > 0
            ) as active
    ),
    final as (
        select
            ranked.owner_user_id,
            ranked.user_name,
            ranked.is_active,
            cast(ranked.account_count as bigint) as account_count,
            cast(ranked.t1_count as bigint) as t1_count,
            cast(ranked.t2_count as bigint) as t2_count,
            cast(ranked.t3_count as bigint) as t3_count,
            cast(ranked.customer_count as bigint) as customer_count,
            ranked.account_count > 0 as has_accounts,
            ranked.account_count
            between settings.minimum_accounts and settings.maximum_accounts
            as has_fair_volume,
            cast(ranked.valuation_usd as decimal(18, 2)) as valuation_usd,
            cast(ranked.t1_valuation_usd as decimal(18, 2)) as t1_valuation_usd,
            cast(ranked.contract_usd as decimal(18, 2)) as contract_usd,
            cast(ranked.valuation_usd / fairness.mean_usd as double) as mean_ratio,
            cast(fairness.max_min_ratio as double) as max_min_ratio,
            cast(fairness.gini as double) as gini
        from ranked
        cross join settings
        cross join fairness
    )
select *
from final
