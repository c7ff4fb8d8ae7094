-- Account by method of its segment, with every figure that the method needs.
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
            segments.segment,
            methods.method,
            methods.version,
            accounts.annual_revenue_usd,
            methods.coefficient,
            accounts.employee_count,
            methods.seat_price_usd,
            methods.adoption_ratio,
            methods.neighbour_count as sought_neighbours,
            methods.minimum_neighbours,
            methods.maximum_usd
        from accounts
        inner join segments on accounts.account_id = segments.account_id
        left join
            segments_with_methods on segments.segment = segments_with_methods.segment
        inner join
            methods
            on coalesce(segments_with_methods.segment, 'default') = methods.segment
    ),
    like_values as (
        select
            chosen.account_id,
            chosen.method,
            count(*) as neighbour_count,
            {{ median_of("neighbours.current_contract_value_usd") }}
            as median_contract_usd
        from chosen
        inner join
            neighbours
            on chosen.account_id = neighbours.account_id
            and neighbours.nearness <= chosen.sought_neighbours
        where chosen.method = 'like_accounts'
        group by chosen.account_id, chosen.method
    ),
    gathered as (
        select
            chosen.*,
            coalesce(like_values.neighbour_count, 0) as neighbour_count,
            like_values.median_contract_usd,
            rule_values.rule_id,
            rule_values.observed_value,
            rule_values.amount_usd
        from chosen
        left join
            like_values
            on chosen.account_id = like_values.account_id
            and chosen.method = like_values.method
        left join
            rule_values
            on chosen.account_id = rule_values.account_id
            and chosen.method = rule_values.method
    )
select *
from gathered
