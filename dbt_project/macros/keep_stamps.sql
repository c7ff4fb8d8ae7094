{#-
The rows with their key, content and other columns, and with the stamp that their content has had in this table until
now, where it is one of a CRM: such a stamp moves with any edit of the record, our own writes included, and is no
observation of the values. Nothing is kept on a first build, a full refresh, after a change of columns or in a unit test
(no `this`).
-#}
{% macro keep_stamps(rows, key, content, stamp, others=[]) %}
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
        {%- if (key + content + [stamp]) | reject("in", present) | list %}
            {%- set former = none %}
        {%- endif %}
    {%- endif %}
    select
        {%- for column in key + content + others %}
            {{ rows }}.{{ column }},
        {%- endfor %}
        {%- if former %}
            coalesce(former.{{ stamp }}, {{ rows }}.{{ stamp }}) as {{ stamp }}
        {%- else %} {{ rows }}.{{ stamp }}
        {%- endif %}
    from {{ rows }}
    {%- if former %}
        left join
            {{ former }} as former
            on former.source in ('{{ all_crms() | join("', '") }}')
            {%- for column in key %}
                and {{ rows }}.{{ column }} = former.{{ column }}
            {%- endfor %}
            {%- for column in content %}
                and {{ rows }}.{{ column }} is not distinct from former.{{ column }}
            {%- endfor %}
    {%- endif %}
{% endmacro %}
