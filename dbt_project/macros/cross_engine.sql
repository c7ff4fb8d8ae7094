{#- SQL that differs between engines. The default is ANSI where it exists; duckdb__ is the embedded engine. -#}
{#- Cast that gives null where the value cannot be read: one broken field in a CRM must not stop the run. -#}
{% macro cast_or_null(expression, type) -%}
    {%- do return(adapter.dispatch("cast_or_null", "marketmap")(expression, type)) -%}
{%- endmacro %}

{% macro default__cast_or_null(expression, type) -%}
    {%- do return("try_cast(" ~ expression ~ " as " ~ type ~ ")") -%}
{%- endmacro %}

{#- A timestamp with time zone as UTC without zone. -#}
{% macro utc_timestamp(expression) -%}
    {%- do return(adapter.dispatch("utc_timestamp", "marketmap")(expression)) -%}
{%- endmacro %}

{% macro default__utc_timestamp(expression) -%}
    {%- do return("cast(" ~ expression ~ " at time zone 'UTC' as timestamp)") -%}
{%- endmacro %}

{% macro spark__utc_timestamp(expression) -%}
    {%- do return("to_utc_timestamp(" ~ expression ~ ", current_timezone())") -%}
{%- endmacro %}

{#- Aggregate: the non-null value of the row with the lowest order. -#}
{% macro first_value_by(value, order) -%}
    {%- do return(adapter.dispatch("first_value_by", "marketmap")(value, order)) -%}
{%- endmacro %}

{% macro default__first_value_by(value, order) -%}
    {%- do return(
        "min_by("
        ~ value
        ~ ", "
        ~ order
        ~ ") filter (where "
        ~ value
        ~ " is not null)"
    ) -%}
{%- endmacro %}
