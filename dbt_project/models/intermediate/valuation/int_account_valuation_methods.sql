with
    accounts as (select * from {{ ref("int_accounts") }}),
    segments as (select * from {{ ref("int_account_segments") }}),
    methods as (select * from {{ ref("valuation_methods") }} where is_enabled),
    rule_values as (select * from {{ ref("int_accounts__valuation_rule_values") }}),
    neighbours as (select * from {{ ref("int_accounts__like_values") }}),
    segments_with_methods as (select distinct segment from methods),
    -- A segment's own rows replace the default ones.
    chosen as (
        select
            accounts.account_id,
            accounts.employee_count,
            accounts.annual_revenue_usd,
            segments.segment,
            coalesce(segments_with_methods.segment, 'default') as method_segment
        from accounts
        inner join segments on accounts.account_id = segments.account_id
        left join
            segments_with_methods on segments.segment = segments_with_methods.segment
    ),
    like_values as (
        select
            chosen.account_id,
            count(*) as neighbour_count,
            {{ median_of("neighbours.current_contract_value_usd") }}
            as median_contract_usd
        from chosen
        inner join
            methods
            on chosen.method_segment = methods.segment
            and methods.method = 'like_accounts'
        inner join
            neighbours
            on chosen.account_id = neighbours.account_id
            and neighbours.nearness <= methods.neighbour_count
        group by chosen.account_id
    ),
    estimated as (
        select
            chosen.account_id,
            chosen.segment,
            methods.method,
            methods.version,
            methods.maximum_usd,
            case
                methods.method
                when 'revenue'
                then
                    cast(
                        chosen.annual_revenue_usd
                        * methods.coefficient as decimal(28, 2)
                    )
                when 'headcount'
                then
                    cast(
                        cast(chosen.employee_count as decimal(12, 0))
                        * methods.seat_price_usd
                        * methods.adoption_ratio as decimal(28, 2)
                    )
                when 'like_accounts'
                then
                    case
                        when like_values.neighbour_count >= methods.minimum_neighbours
                        then cast(like_values.median_contract_usd as decimal(28, 2))
                    end
                else cast(rule_values.amount_usd as decimal(28, 2))
            end as estimate_usd,
            case
                methods.method
                when 'revenue'
                then
                    {{
                        json_object(
                            {
                                "annual_revenue_usd": "chosen.annual_revenue_usd",
                                "coefficient": "methods.coefficient",
                                "maximum_usd": "methods.maximum_usd",
                            }
                        )
                    }}
                when 'headcount'
                then
                    {{
                        json_object(
                            {
                                "employee_count": "chosen.employee_count",
                                "seat_price_usd": "methods.seat_price_usd",
                                "adoption_ratio": "methods.adoption_ratio",
                                "maximum_usd": "methods.maximum_usd",
                            }
                        )
                    }}
                when 'like_accounts'
                then
                    {{
                        json_object(
                            {
                                "neighbour_count": "coalesce(like_values.neighbour_count, 0)",
                                "minimum_neighbours": "methods.minimum_neighbours",
                                "median_contract_usd": "like_values.median_contract_usd",
                            }
                        )
                    }}
                else
                    {{
                        json_object(
                            {
                                "rule_id": "rule_values.rule_id",
                                "observed_value": "rule_values.observed_value",
                                "amount_usd": "rule_values.amount_usd",
                            }
                        )
                    }}
            end as inputs,
            case
                methods.method
                when 'revenue'
                then 'annual revenue is not known'
                when 'headcount'
                then 'number of employees is not known'
                when 'like_accounts'
                then
                    'fewer than '
                    || methods.minimum_neighbours
                    || ' comparable customers'
                else 'no rule of valuation_rules applies'
            end as reason_when_none
        from chosen
        inner join methods on chosen.method_segment = methods.segment
        left join like_values on chosen.account_id = like_values.account_id
        left join
            rule_values
            on chosen.account_id = rule_values.account_id
            and methods.method = rule_values.method
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
            cast(
                least(estimate_usd, coalesce(maximum_usd, estimate_usd)) as decimal(
                    18, 2
                )
            ) as value_usd
        from estimated
    )
select *
from valued
