{#-
The rows of a staging model, with the values left out that stand as we wrote them: the system that holds them does not
bear them out. What a person puts there instead is theirs and counts at once.

fields maps a column to "type field": how int_written_values names the field of `system`.
-#}
{% macro own_values(relation, system, key, fields) %}
    {%- set written = {} %}
    {%- set kept = {} %}
    {%- for column, declaration in fields.items() %}
        {%- set type, field = declaration.split(" ") %}
        {%- do written.update({column: field}) %}
        {%- do kept.update(
            {
                column: "nullif(staged."
                ~ column
                ~ ", "
                ~ cast_or_null("written." ~ column, type)
                ~ ")"
            }
        ) %}
    {%- endfor %}
    (
        select {{ replaced_columns("staged", kept) }}
        from {{ relation }} as staged
        left join
            (
                select
                    record_id
                    {%- for column, field in written.items() %}
                        ,
                        max(
                            case when field_name = '{{ field }}' then value end
                        ) as {{ column }}
                    {%- endfor %}
                from {{ ref("int_written_values") }}
                where source = '{{ system }}'
                group by record_id
            ) as written
            on staged.{{ key }} = written.record_id
    )
{% endmacro %}
