{#- Times of the day where people are. SQL for time zones differs between engines. -#}
{#- Is it a time zone that the engine knows? -#}
{% macro is_time_zone(expression) -%}
    {%- do return(adapter.dispatch("is_time_zone", "marketmap")(expression)) -%}
{%- endmacro %}

{% macro default__is_time_zone(expression) -%}
    {%- do return(expression ~ " in (select name from pg_timezone_names())") -%}
{%- endmacro %}

{% macro spark__is_time_zone(expression) -%}
    {%- do return(expression ~ " rlike '^[A-Z][A-Za-z_]+(/[A-Za-z_/+-]+)?$'") -%}
{%- endmacro %}

{#- The local time of a UTC timestamp. -#}
{% macro local_time(expression, time_zone) -%}
    {%- do return(
        adapter.dispatch("local_time", "marketmap")(expression, time_zone)
    ) -%}
{%- endmacro %}

{% macro default__local_time(expression, time_zone) -%}
    {%- do return(
        "timezone(" ~ time_zone ~ ", timezone('UTC', " ~ expression ~ "))"
    ) -%}
{%- endmacro %}

{% macro spark__local_time(expression, time_zone) -%}
    {%- do return("from_utc_timestamp(" ~ expression ~ ", " ~ time_zone ~ ")") -%}
{%- endmacro %}

{#- The UTC timestamp of a local time. -#}
{% macro utc_of_local(expression, time_zone) -%}
    {%- do return(
        adapter.dispatch("utc_of_local", "marketmap")(expression, time_zone)
    ) -%}
{%- endmacro %}

{% macro default__utc_of_local(expression, time_zone) -%}
    {%- do return(
        "timezone('UTC', timezone(" ~ time_zone ~ ", " ~ expression ~ "))"
    ) -%}
{%- endmacro %}

{% macro spark__utc_of_local(expression, time_zone) -%}
    {%- do return("to_utc_timestamp(" ~ expression ~ ", " ~ time_zone ~ ")") -%}
{%- endmacro %}

{#- Day of the week, 1 for Monday to 7 for Sunday. -#}
{% macro iso_weekday(expression) -%}
    {%- do return(adapter.dispatch("iso_weekday", "marketmap")(expression)) -%}
{%- endmacro %}

{% macro default__iso_weekday(expression) -%}
    {%- do return("isodow(" ~ expression ~ ")") -%}
{%- endmacro %}

{% macro spark__iso_weekday(expression) -%}
    {%- do return("(weekday(" ~ expression ~ ") + 1)") -%}
{%- endmacro %}

{#- Hour and minute as text, 09:05. -#}
{% macro clock_time(expression) -%}
    {%- do return(adapter.dispatch("clock_time", "marketmap")(expression)) -%}
{%- endmacro %}

{% macro default__clock_time(expression) -%}
    {%- do return("strftime(" ~ expression ~ ", '%H:%M')") -%}
{%- endmacro %}

{% macro spark__clock_time(expression) -%}
    {%- do return("date_format(" ~ expression ~ ", 'HH:mm')") -%}
{%- endmacro %}
