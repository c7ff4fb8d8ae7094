with
    tiers as (select * from {{ ref("account_tiers") }}),
    definitions as (select * from {{ ref("tier_definitions") }}),
    valuations as (select * from {{ ref("account_valuations") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    deals as (
        select * from {{ ref("fct_opportunities") }} where account_id is not null
    ),
    history as (select * from {{ ref("account_tier_history") }}),
    shown as (
        select tier, tier_name, play, owner_team
        from definitions
        union all
        select 'None', 'No tier', 'Find the missing data', cast(null as text)
    ),
    last_change as (
        select max(valid_from) as changed_at
        from history
        where change_reason <> 'First tiered'
    ),
    before_change as (
        select
            coalesce(history.tier, 'None') as tier,
            count(*) as account_count,
            max(last_change.changed_at) as changed_at
        from history
        inner join
            last_change
            on history.valid_from < last_change.changed_at
            and (history.valid_to >= last_change.changed_at or history.valid_to is null)
        group by coalesce(history.tier, 'None')
    ),
    value_before as (
        select
            coalesce(history.tier, 'None') as tier,
            sum(priced.valuation_usd) as valuation_usd
        from history
        inner join
            last_change
            on history.valid_from < last_change.changed_at
            and (history.valid_to >= last_change.changed_at or history.valid_to is null)
        inner join
            {{ ref("account_valuation_history") }} as priced
            on history.account_id = priced.account_id
            and priced.valid_from < last_change.changed_at
            and (priced.valid_to >= last_change.changed_at or priced.valid_to is null)
        group by coalesce(history.tier, 'None')
    ),
    sizes as (
        select
            coalesce(tiers.tier, 'None') as tier,
            count(*) as account_count,
            sum(case when tiers.is_target then 1 else 0 end) as target_count,
            sum(case when accounts.is_customer then 1 else 0 end) as customer_count,
            sum(valuations.valuation_usd) as valuation_usd,
            {{ median_of("valuations.valuation_usd") }} as median_valuation_usd,
            sum(accounts.current_contract_value_usd) as contract_usd
        from tiers
        inner join accounts on tiers.account_id = accounts.account_id
        left join valuations on tiers.account_id = valuations.account_id
        group by coalesce(tiers.tier, 'None')
    ),
    outcomes as (
        select
            coalesce(tiers.tier, 'None') as tier,
            sum(case when deals.is_won then 1 else 0 end) as won_count,
            sum(
                case when deals.is_closed and not deals.is_won then 1 else 0 end
            ) as lost_count,
            sum(case when not deals.is_closed then 1 else 0 end) as open_count,
            sum(case when deals.is_won then deals.amount_usd end) as won_usd,
            sum(case when not deals.is_closed then deals.amount_usd end) as open_usd,
            {{ median_of("case when deals.is_won then deals.sales_cycle_days end") }}
            as median_cycle_days
        from deals
        inner join tiers on deals.account_id = tiers.account_id
        group by coalesce(tiers.tier, 'None')
    ),
    final as (
        select
            shown.tier,
            shown.tier_name,
            shown.play,
            shown.owner_team,
            cast(coalesce(sizes.account_count, 0) as bigint) as account_count,
            sizes.account_count / cast(
                sum(sizes.account_count) {{ over_all() }} as double
            ) as account_ratio,
            cast(before_change.account_count as bigint) as previous_account_count,
            before_change.account_count / cast(
                sum(before_change.account_count) {{ over_all() }} as double
            ) as previous_account_ratio,
            cast(
                value_before.valuation_usd as decimal(18, 2)
            ) as previous_valuation_usd,
            cast(coalesce(sizes.target_count, 0) as bigint) as target_count,
            cast(coalesce(sizes.customer_count, 0) as bigint) as customer_count,
            cast(coalesce(sizes.valuation_usd, 0) as decimal(18, 2)) as valuation_usd,
            cast(sizes.median_valuation_usd as decimal(18, 2)) as median_valuation_usd,
            cast(coalesce(sizes.contract_usd, 0) as decimal(18, 2)) as contract_usd,
            cast(coalesce(outcomes.won_count, 0) as bigint) as won_count,
            cast(coalesce(outcomes.lost_count, 0) as bigint) as lost_count,
            cast(coalesce(outcomes.open_count, 0) as bigint) as open_count,
            cast(coalesce(outcomes.won_usd, 0) as decimal(18, 2)) as won_usd,
            cast(coalesce(outcomes.open_usd, 0) as decimal(18, 2)) as open_usd,
            {{ win_ratio("outcomes.won_count", "outcomes.lost_count") }} as win_ratio,
            cast(outcomes.median_cycle_days as double) as median_cycle_days,
            before_change.changed_at as previous_until
        from shown
        left join sizes on shown.tier = sizes.tier
        left join outcomes on shown.tier = outcomes.tier
        left join before_change on shown.tier = before_change.tier
        left join value_before on shown.tier = value_before.tier
    )
select *
from final
