{#- The UTC day that this run speaks of: var as_of (ISO date or timestamp), else the day the run started. -#}
{% macro as_of_date() -%}
    {%- set given = var("as_of", none) %}
    {%- set day = (
        (given | string)[:10]
        if given
        else run_started_at.strftime("%Y-%m-%d")
    ) %}
    {%- do return("cast('" ~ day ~ "' as date)") %}
{%- endmacro %}

{#- Whole days since 1970-01-01: the number by which rules compare dates. -#}
{% macro day_number(date_expression) -%}
    {%- do return(
        dbt.datediff("cast('1970-01-01' as date)", date_expression, "day")
    ) %}
{%- endmacro %}

{#- The UTC time that this run speaks of: var as_of, else the time the run started. -#}
{% macro as_of_timestamp() -%}
    {%- set given = var("as_of", none) %}
    {%- set moment = (
        (given | string)
        if given
        else run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f")
    ) %}
    {%- do return("cast('" ~ moment ~ "' as timestamp)") %}
{%- endmacro %}
