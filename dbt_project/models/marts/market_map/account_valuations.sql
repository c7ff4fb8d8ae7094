with
    accounts as (select * from {{ ref("int_accounts") }}),
    methods as (select * from {{ ref("account_valuation_methods") }}),
    reporting as (
        select currency_code, usd_per_unit
        from {{ ref("exchange_rates") }}
        where is_reporting_currency
    ),
    combined as (
        select
            account_id,
            min(segment) as segment,
            count(value_usd) as method_count,
            min(case when is_applicable then method end) as only_method,
            cast(
                round(sum(value_usd) / nullif(count(value_usd), 0), 2) as decimal(18, 2)
            ) as valuation_usd,
            {{
                sorted_texts(
                    "case when is_applicable then method || ' ' || inputs || ' = ' || value_usd end",
                    "; ",
                )
            }}
            as inputs,
            {{ sorted_texts("method || ': ' || reason", "; ") }} as reasons,
            max(version) as version
        from methods
        group by account_id
    ),
    final as (
        select
            accounts.account_id,
            combined.segment,
            case
                when combined.method_count > 1
                then 'combination'
                else combined.only_method
            end as method,
            combined.inputs,
            case
                when combined.account_id is null
                then 'no valuation method is enabled'
                when combined.method_count = 0
                then combined.reasons
            end as reason,
            combined.version,
            cast(coalesce(combined.method_count, 0) as integer) as method_count,
            combined.valuation_usd,
            cast(
                combined.valuation_usd / reporting.usd_per_unit as decimal(18, 2)
            ) as valuation_amount,
            reporting.currency_code
        from accounts
        cross join reporting
        left join combined on accounts.account_id = combined.account_id
    )
select *
from final
