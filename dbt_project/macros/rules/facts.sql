{#-
The entity's side of a rule: one row per entity and attribute that a rule uses, whether the value is known or not.

relation    model or CTE with one row per entity
key         its key column
attributes  {column: type}, type one of text, number, boolean, date, list
conditions  CTE made by rule_conditions(): attributes that no rule uses are never read

Columns: entity_id, attribute, value_text (null = unknown), value_key (as rules compare text: lower case, trimmed),
value_number (numbers; dates as day numbers; booleans as 1 and 0), value_list.
-#}
{% macro rule_facts(relation, key, attributes, conditions) %}
    {%- for name, type in attributes.items() %}
        {%- if not loop.first %}
            union all
        {%- endif %}
        select
            {{ key }} as entity_id,
            '{{ name }}' as attribute,
            {{ rule_fact_values(name, type) }}
        from {{ relation }}
        -- Empty for an attribute that no rule uses: then nothing is read at all.
        cross join
            (
                select 1 as is_used
                from {{ conditions }}
                where attribute = '{{ name }}'
                limit 1
            ) as used_{{ name }}
    {%- endfor %}
{% endmacro %}

{% macro rule_fact_values(column, type) %}
    {%- set text = "cast(" ~ column ~ " as " ~ dbt.type_string() ~ ")" %}
    {%- set number = "cast(null as double)" %}
    {%- set list = "cast(null as " ~ rule_list_type() ~ ")" %}
    {%- if type == "list" %}
        {%- set text = join_values(column, ", ") %} {%- set list = list_keys(column) %}
    {%- elif type == "number" %} {%- set number = "cast(" ~ column ~ " as double)" %}
    {%- elif type == "boolean" %}
        {%- set number = "cast(cast(" ~ column ~ " as integer) as double)" %}
    {%- elif type == "date" %}
        {%- set number = (
            "cast("
            ~ day_number("cast(" ~ column ~ " as date)")
            ~ " as double)"
        ) %}
    {%- else %} {%- set text = "nullif(trim(" ~ text ~ "), '')" %}
    {%- endif %}
    {{ text }} as value_text,
    lower({{ text }}) as value_key,
    {{ number }} as value_number,
    {{ list }} as value_list
{% endmacro %}

{#-
Facts of an entity that cannot have some of the attributes that rules use: unknown, rather than not asked.
-#}
{% macro unknown_facts(relation, key, attributes, conditions) %}
    select
        entities.{{ key }} as entity_id,
        unknown.attribute,
        cast(null as {{ dbt.type_string() }}) as value_text,
        cast(null as {{ dbt.type_string() }}) as value_key,
        cast(null as double) as value_number,
        cast(null as {{ rule_list_type() }}) as value_list
    from {{ relation }} as entities
    cross join
        (
            select distinct attribute
            from {{ conditions }}
            where attribute not in ('{{ attributes | join("', '") }}')
        ) as unknown
{% endmacro %}

{% macro rule_list_type() -%}
    {%- do return(adapter.dispatch("rule_list_type", "marketmap")()) %}
{%- endmacro %}

{% macro default__rule_list_type() -%} {%- do return("varchar[]") %} {%- endmacro %}

{% macro spark__rule_list_type() -%} {%- do return("array<string>") %} {%- endmacro %}
