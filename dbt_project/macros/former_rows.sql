{#-
What this table holds of the CRMs until now, to be joined by key and content: a row whose content has not changed keeps
the stamp that it had. A CRM's stamp moves with any edit of the record, our own writes included, and is no observation
of the values. Nothing on a first build, a full refresh, after a change of columns or in a unit test (no `this`).
`rows` has these columns, too.
-#}
{% macro former_rows(rows, columns) %}
    {%- set former = none %}
    {%- if execute and this and not should_full_refresh() %}
        {%- set former = load_relation(this) %}
    {%- endif %}
    {%- if former %}
        {%- set present = (
            adapter.get_columns_in_relation(former)
            | map(attribute="name")
            | list
        ) %}
        {%- if columns | reject("in", present) | list %}
            {%- set former = none %}
        {%- endif %}
    {%- endif %}
    select {{ columns | join(", ") }}
    from {% if former %} {{ former }} {% else %} {{ rows }} {% endif %}
    where
        {% if former %} source in ('{{ all_crms() | join("', '") }}')
        {% else %} false
        {% endif %}
{% endmacro %}

{#- The join's condition: equal keys and equal content, where both may be null. -#}
{% macro is_unchanged(rows, former, key, content) %}
    {%- for column in key %}
        {{ "and " if not loop.first }}{{ rows }}.{{ column }}
        = {{ former }}.{{ column }}
    {%- endfor %}
    {%- for column in content %}
        and {{ rows }}.{{ column }} is not distinct from {{ former }}.{{ column }}
    {%- endfor %}
{% endmacro %}
