{{ config(materialized="view") }}
{#- Wide decimals: an engine that multiplies narrow ones overflows on a large company. -#}
with
    gathered as (select * from {{ ref("int_account_valuation_inputs") }}),
    estimated as (
        select
            *,
            case
                method
                when 'revenue'
                then
                    cast(
                        cast(annual_revenue_usd as decimal(24, 2))
                        * coefficient as decimal(38, 6)
                    )
                when 'headcount'
                then
                    cast(
                        cast(employee_count as decimal(19, 0))
                        * seat_price_usd
                        * adoption_ratio as decimal(38, 6)
                    )
                when 'like_accounts'
                then
                    case
                        when neighbour_count >= minimum_neighbours
                        then cast(median_contract_usd as decimal(38, 6))
                    end
                else cast(amount_usd as decimal(38, 6))
            end as estimate_usd,
            case
                method
                when 'revenue'
                then
                    {{
                        json_object(
                            {
                                "annual_revenue_usd": "annual_revenue_usd",
                                "coefficient": "coefficient",
                                "maximum_usd": "maximum_usd",
                            }
                        )
                    }}
                when 'headcount'
                then
                    {{
                        json_object(
                            {
                                "employee_count": "employee_count",
                                "seat_price_usd": "seat_price_usd",
                                "adoption_ratio": "adoption_ratio",
                                "maximum_usd": "maximum_usd",
                            }
                        )
                    }}
                when 'like_accounts'
                then
                    {{
                        json_object(
                            {
                                "neighbour_count": "neighbour_count",
                                "minimum_neighbours": "minimum_neighbours",
                                "median_contract_usd": "median_contract_usd",
                            }
                        )
                    }}
                else
                    {{
                        json_object(
                            {
                                "rule_id": "rule_id",
                                "observed_value": "observed_value",
                                "amount_usd": "amount_usd",
                            }
                        )
                    }}
            end as inputs,
            case
                method
                when 'revenue'
                then 'annual revenue is not known'
                when 'headcount'
                then 'number of employees is not known'
                when 'like_accounts'
                then 'fewer than ' || minimum_neighbours || ' comparable customers'
                else 'no rule of valuation_rules applies'
            end as reason_when_none
        from gathered
    ),
    valued as (
        select
            account_id,
            segment,
            method,
            version,
            inputs,
            estimate_usd is not null as is_applicable,
            case when estimate_usd is null then reason_when_none end as reason,
            case
                when estimate_usd is not null
                then
                    cast(
                        least(
                            estimate_usd, coalesce(maximum_usd, 999999999999999.99)
                        ) as decimal(18, 2)
                    )
            end as value_usd
        from estimated
    )
select *
from valued
