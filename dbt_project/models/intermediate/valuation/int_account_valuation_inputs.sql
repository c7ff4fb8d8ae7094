{{ config(materialized="view") }}
-- Account by method of its segment, with every figure that the method needs.
with
    accounts as (select * from {{ ref("int_accounts") }}),
    segments as (select * from {{ ref("int_account_segments") }}),
    methods as (select * from {{ ref("valuation_methods") }} where is_enabled),
    rule_values as (select * from {{ ref("int_accounts__valuation_rule_values") }}),
    like_values as (select * from {{ ref("int_accounts__like_values") }}),
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
            case
                when methods.method = 'like_accounts' then methods.neighbour_count
            end as sought_neighbours,
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
            and chosen.sought_neighbours = like_values.sought_neighbours
        left join
            rule_values
            on chosen.account_id = rule_values.account_id
            and chosen.method = rule_values.method
    )
select *
from gathered
