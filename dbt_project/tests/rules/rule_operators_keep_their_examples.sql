-- Every declared operator matches its example, and does not match its
-- counter-example. An operator without a branch in
-- macros/rules/evaluation.sql fails here.
with
    operators as (
        select
            operator,
            example_type,
            example_match,
            example_mismatch,
            example_value as value,
            operator as attribute
        from {{ ref("rule_operators") }}
    ),
    examples as (
        select operator, example_type, 'match' as side, example_match as example
        from operators
        union all
        select operator, example_type, 'mismatch' as side, example_mismatch as example
        from operators
    ),
    facts as (
        {%- for type, value in {
            "text": "example",
            "number": cast_or_null("example", "double"),
            "boolean": cast_or_null("example", "boolean"),
            "date": dbt.dateadd(
                "day", "-" ~ cast_or_null("example", "integer"), as_of_date()
            ),
            "list": split_values("example"),
        }.items() %}
            {%- if not loop.first %}
                union all
            {%- endif %}
            select
                side as entity_id,
                operator as attribute,
                {{ rule_fact_values(value, type) }}
            from examples
            where example_type = '{{ type }}'
        {%- endfor %}
    ),
    conditions as ({{ rule_conditions("operators", "operator") }}),
    matches as ({{ rule_matches("facts", "conditions") }})
select rule_id as operator, entity_id as side, observed_value, is_match
from matches
where is_match <> (entity_id = 'match')
