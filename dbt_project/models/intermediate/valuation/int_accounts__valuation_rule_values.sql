with
    -- Rules of a method that is switched off give nothing.
    rules as (
        select *
        from {{ ref("valuation_rules") }}
        where
            method
            in (select method from {{ ref("valuation_methods") }} where is_enabled)
    ),
    attributes as ({{ account_facts("rules") }}),
    conditions as ({{ rule_conditions("rules", "rule_id") }}),
    matches as ({{ rule_matches("attributes", "conditions", is_single=true) }}),
    first_matches as (
        select
            matches.entity_id as account_id,
            rules.method,
            {{ first_value_by("rules.rule_id", "rules.priority") }} as rule_id,
            {{ first_value_by("rules.amount_usd", "rules.priority") }} as amount_usd,
            {{ first_value_by("matches.observed_value", "rules.priority") }}
            as observed_value
        from matches
        inner join rules on matches.rule_id = rules.rule_id
        where matches.is_match
        group by matches.entity_id, rules.method
    )
select *
from first_matches
