{#-
The rule language: a rule is one or more predicates (attribute, operator, value) over the attributes of one entity,
grouped by all or any, with an effect that the caller joins by rule_id. Any seed that holds rules is evaluated here,
set-based. Operators are declared in seed rule_operators; tests/rules/rule_operators_keep_their_examples.sql proves
that each of them does what its example says.
-#}
{#- The rules' side, from a relation with one row per predicate. Rows without attribute are no rule. -#}
{% macro rule_conditions(relation, rule_id, match="'all'") %}
    select
        cast({{ rule_id }} as {{ dbt.type_string() }}) as rule_id,
        {{ match }} as match_mode,
        attribute,
        operator,
        lower(trim(value)) as value_key,
        coalesce(
            {{ cast_or_null("value", "double") }},
            {{ day_number(cast_or_null("value", "date")) }}
        ) as value_number,
        {{ split_values("lower(value)") }} as value_list,
        {{ rule_bound("value", 1) }} as value_low,
        {{ rule_bound("value", 2) }} as value_high
    from {{ relation }}
    where attribute is not null
{% endmacro %}

{#- A bound of between: a number, or a date as day number. -#}
{% macro rule_bound(value, part) -%}
    {%- set bound = "trim(" ~ dbt.split_part(value, "'|'", part) ~ ")" %}
    coalesce(
        {{ cast_or_null(bound, "double") }},
        {{ day_number(cast_or_null(bound, "date")) }}
    )
{%- endmacro %}

{#-
One row per entity and rule: is_match, is_missing (a value that the rule asks for is unknown; unknown never matches,
not even not_equals), observed_value.

facts       CTE or model with the columns of rule_facts()
conditions  CTE made by rule_conditions()
is_single   true when every rule has exactly one condition: saves the grouping
-#}
{% macro rule_matches(facts, conditions, is_single=false) %}
    {%- set is_match = (
        "coalesce(" ~ rule_predicate("facts", "conditions") ~ ", false)"
    ) %}
    {%- set is_missing = "facts.value_text is null and conditions.operator not in ('is_blank', 'is_present')" %}
    select
        facts.entity_id,
        conditions.rule_id,
        {%- if is_single %}
            {{ is_match }} as is_match,
            {{ is_missing }} as is_missing,
            facts.value_text as observed_value
        {%- else %}
            case
                when min(conditions.match_mode) = 'any'
                then bool_or({{ is_match }})
                else bool_and({{ is_match }})
            end as is_match,
            bool_or({{ is_missing }}) as is_missing,
            {{
                dbt.listagg(
                    "conditions.attribute || ' ' || coalesce(facts.value_text, 'unknown')",
                    "'; '",
                    "order by conditions.attribute, conditions.operator",
                )
            }}
            as observed_value
        {%- endif %}
    from {{ facts }} as facts
    inner join {{ conditions }} as conditions on facts.attribute = conditions.attribute
    {%- if not is_single %} group by facts.entity_id, conditions.rule_id {%- endif %}
{% endmacro %}

{#- The one place that says what an operator does. Null where a value is unknown. -#}
{% macro rule_predicate(facts, conditions) %}
    case
        {{ conditions }}.operator
        when 'equals'
        then
            coalesce(
                {{ facts }}.value_number = {{ conditions }}.value_number,
                {{ facts }}.value_key = {{ conditions }}.value_key
            )
        when 'not_equals'
        then
            coalesce(
                {{ facts }}.value_number <> {{ conditions }}.value_number,
                {{ facts }}.value_key <> {{ conditions }}.value_key
            )
        when 'in'
        then {{ list_holds(conditions ~ ".value_list", facts ~ ".value_key") }}
        when 'not_in'
        then not {{ list_holds(conditions ~ ".value_list", facts ~ ".value_key") }}
        when 'contains'
        then {{ dbt.position(conditions ~ ".value_key", facts ~ ".value_key") }} > 0
        when 'not_contains'
        then {{ dbt.position(conditions ~ ".value_key", facts ~ ".value_key") }} = 0
        when 'starts_with'
        then
            left({{ facts }}.value_key, length({{ conditions }}.value_key))
            = {{ conditions }}.value_key
        when 'ends_with'
        then
            right({{ facts }}.value_key, length({{ conditions }}.value_key))
            = {{ conditions }}.value_key
        when 'between'
        then
            {{ facts }}.value_number
            between {{ conditions }}.value_low and {{ conditions }}.value_high
        when 'gt'
        then {{ facts }}.value_number > {{ conditions }}.value_number
        when 'gte'
        then {{ facts }}.value_number >= {{ conditions }}.value_number
        when 'lt'
        then {{ facts }}.value_number < {{ conditions }}.value_number
        when 'lte'
        then {{ facts }}.value_number <= {{ conditions }}.value_number
        when 'is_blank'
        then coalesce({{ facts }}.value_key, '') = ''
        when 'is_present'
        then coalesce({{ facts }}.value_key, '') <> ''
        when 'is_true'
        then {{ facts }}.value_number = 1
        when 'is_false'
        then {{ facts }}.value_number = 0
        when 'list_contains'
        then {{ list_holds(facts ~ ".value_list", conditions ~ ".value_key") }}
        when 'list_contains_any'
        then {{ lists_overlap(facts ~ ".value_list", conditions ~ ".value_list") }}
        when 'list_contains_all'
        then {{ list_covers(facts ~ ".value_list", conditions ~ ".value_list") }}
        when 'list_contains_none'
        then not {{ lists_overlap(facts ~ ".value_list", conditions ~ ".value_list") }}
        when 'within_days'
        then
            {{ facts }}.value_number
            between {{ day_number(as_of_date()) }}
            - {{ conditions }}.value_number and {{ day_number(as_of_date()) }}
        when 'older_than_days'
        then
            {{ facts }}.value_number
            < {{ day_number(as_of_date()) }} - {{ conditions }}.value_number
    end
{% endmacro %}
