{#-
Entities by what rules ask of them: millions of people are of a few thousand kinds, and a rule is judged once per kind.

asked_attributes   one row per entity: entity_id and the attributes, null where no rule uses the attribute
rule_kinds         one row per kind: kind_id and the attributes
members_of_kinds   entity_id and kind_id of every entity

relation, key, attributes and conditions are those of rule_facts(), which takes the kinds as its relation.
-#}
{% macro asked_attributes(relation, key, attributes, conditions) %}
    select
        entities.{{ key }} as entity_id,
        {%- for name in attributes %}
            case when asked.{{ name }} then entities.{{ name }} end as {{ name }}
            {{- "," if not loop.last }}
        {%- endfor %}
    from {{ relation }} as entities
    cross join
        (
            select
                {%- for name in attributes %}
                    coalesce(bool_or(attribute = '{{ name }}'), false) as {{ name }}
                    {{- "," if not loop.last }}
                {%- endfor %}
            from {{ conditions }}
        ) as asked
{% endmacro %}

{% macro rule_kinds(asked, attributes) %}
    {%- set columns = attributes.keys() | join(", ") %}
    select row_number() over (order by {{ columns }}) as kind_id, {{ columns }}
    from (select distinct {{ columns }} from {{ asked }}) as distinct_kinds
{% endmacro %}

{% macro members_of_kinds(asked, kinds, attributes) %}
    select asked.entity_id, kinds.kind_id
    from {{ asked }} as asked
    inner join
        {{ kinds }} as kinds on {{ same_values("asked", "kinds", attributes.keys()) }}
{% endmacro %}
