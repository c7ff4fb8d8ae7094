with
    territories as (select * from {{ ref("account_territories") }}),
    users as (select * from {{ ref("dim_users") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    spaces as (select * from {{ ref("white_spaces") }}),
    coverages as (select * from {{ ref("account_coverages") }}),
    deals as (
        select
            account_id,
            sum(case when is_won then 1 else 0 end) as won_count,
            sum(case when is_closed and not is_won then 1 else 0 end) as lost_count,
            sum(case when not is_closed then 1 else 0 end) as open_count,
            sum(case when is_won then amount_usd else 0 end) as won_usd,
            sum(case when not is_closed then amount_usd else 0 end) as open_usd
        from {{ ref("fct_opportunities") }}
        where account_id is not null
        group by account_id
    ),
    summed as (
        select
            coalesce(territories.owner_user_id, 'unassigned') as owner_user_id,
            coalesce(territories.tier, 'None') as tier,
            count(*) as account_count,
            sum(case when accounts.is_customer then 1 else 0 end) as customer_count,
            sum(case when coverages.has_p1_persona then 1 else 0 end) as covered_count,
            sum(
                case when coverages.engaged_count > 0 then 1 else 0 end
            ) as engaged_count,
            sum(coalesce(deals.won_count, 0)) as won_count,
            sum(coalesce(deals.lost_count, 0)) as lost_count,
            sum(coalesce(deals.open_count, 0)) as open_count,
            sum(territories.valuation_usd) as valuation_usd,
            sum(coalesce(accounts.current_contract_value_usd, 0)) as contract_usd,
            sum(coalesce(spaces.white_space_usd, 0)) as white_space_usd,
            sum(coalesce(deals.won_usd, 0)) as won_usd,
            sum(coalesce(deals.open_usd, 0)) as open_usd
        from territories
        inner join accounts on territories.account_id = accounts.account_id
        left join spaces on territories.account_id = spaces.account_id
        left join coverages on territories.account_id = coverages.account_id
        left join deals on territories.account_id = deals.account_id
        group by 1, 2
    ),
    final as (
        select
            summed.owner_user_id || ': ' || summed.tier as cockpit_id,
            summed.owner_user_id,
            users.user_name,
            summed.tier,
            {%- for column in [
                "account",
                "customer",
                "covered",
                "engaged",
                "won",
                "lost",
                "open",
            ] %}
                cast(summed.{{ column }}_count as bigint) as {{ column }}_count,
            {%- endfor %}
            cast(
                summed.won_count / nullif(
                    cast(summed.won_count + summed.lost_count as double), 0
                ) as double
            ) as win_ratio,
            {%- for column in ["valuation", "contract", "white_space", "won", "open"] %}
                cast(
                    summed.{{ column }}_usd as decimal(18, 2)
                ) as {{ column }}_usd{{ "," if not loop.last }}
            {%- endfor %}
        from summed
        left join users on summed.owner_user_id = users.user_id
    )
select *
from final
