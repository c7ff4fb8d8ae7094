{{ config(materialized="view") }}
-- The accounts that could buy: everybody whom no vector excludes, known to the CRM or
-- found by vendors and lists only.
with
    tiers as (
        select * from {{ ref("account_tiers") }} where tier is distinct from 'Excluded'
    ),
    accounts as (select * from {{ ref("dim_accounts") }}),
    valuations as (select * from {{ ref("account_valuations") }}),
    answers as (
        select max({{ cast_or_null("answer", "double") }}) as estimated_count
        from {{ ref("intake_answers") }}
        where attribute = 'estimated_tam'
    ),
    placed as (
        select
            coalesce(tiers.tier, 'None') as tier,
            case
                when accounts.crm_record_count > 0 then 'crm' else 'net_new'
            end as origin,
            valuations.valuation_usd
        from tiers
        inner join accounts on tiers.account_id = accounts.account_id
        left join valuations on tiers.account_id = valuations.account_id
    ),
    summed as (
        select
            tier,
            origin,
            count(*) as account_count,
            count(valuation_usd) as valued_count,
            sum(coalesce(valuation_usd, 0)) as valuation_usd
        from placed
        group by tier, origin
    ),
    final as (
        select
            summed.tier || ': ' || summed.origin as market_size_id,
            summed.tier,
            summed.origin,
            cast(summed.account_count as bigint) as account_count,
            cast(summed.valued_count as bigint) as valued_count,
            cast(summed.valuation_usd as decimal(18, 2)) as valuation_usd,
            cast(sum(summed.account_count) {{ over_all() }} as bigint) as tam_count,
            cast(
                sum(summed.valuation_usd) {{ over_all() }} as decimal(18, 2)
            ) as tam_usd,
            cast(answers.estimated_count as bigint) as estimated_tam_count,
            sum(summed.account_count) {{ over_all() }}
            / nullif(answers.estimated_count, 0) as found_ratio
        from summed
        cross join answers
    )
select *
from final
