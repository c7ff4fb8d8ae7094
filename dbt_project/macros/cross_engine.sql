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

{#- Aggregate: the non-null value of the row with the highest order. -#}
{% macro last_value_by(value, order) -%}
    {%- do return(adapter.dispatch("last_value_by", "marketmap")(value, order)) -%}
{%- endmacro %}

{% macro default__last_value_by(value, order) -%}
    {%- do return(
        "max_by("
        ~ value
        ~ ", "
        ~ order
        ~ ") filter (where "
        ~ value
        ~ " is not null)"
    ) -%}
{%- endmacro %}

{#- Every match of a regular expression replaced. -#}
{% macro replace_pattern(expression, pattern, replacement) -%}
    {%- do return(
        adapter.dispatch("replace_pattern", "marketmap")(
            expression, pattern, replacement
        )
    ) -%}
{%- endmacro %}

{% macro default__replace_pattern(expression, pattern, replacement) -%}
    {%- do return(
        "regexp_replace("
        ~ expression
        ~ ", '"
        ~ pattern
        ~ "', '"
        ~ replacement
        ~ "', 'g')"
    ) -%}
{%- endmacro %}

{% macro spark__replace_pattern(expression, pattern, replacement) -%}
    {%- do return(
        "regexp_replace("
        ~ expression
        ~ ", '"
        ~ pattern
        ~ "', '"
        ~ replacement
        ~ "')"
    ) -%}
{%- endmacro %}

{#- JSON text of one object; members maps name -> SQL expression. -#}
{% macro json_object(members) -%}
    {%- do return(adapter.dispatch("json_object", "marketmap")(members)) -%}
{%- endmacro %}

{% macro default__json_object(members) -%}
    {%- set pairs = [] -%}
    {%- for name, expression in members.items() -%}
        {%- do pairs.append("'" ~ name ~ "', " ~ expression) -%}
    {%- endfor -%}
    {%- do return("cast(json_object(" ~ pairs | join(", ") ~ ") as text)") -%}
{%- endmacro %}

{% macro spark__json_object(members) -%}
    {%- set pairs = [] -%}
    {%- for name, expression in members.items() -%}
        {%- do pairs.append("'" ~ name ~ "', " ~ expression) -%}
    {%- endfor -%}
    {%- do return("to_json(named_struct(" ~ pairs | join(", ") ~ "))") -%}
{%- endmacro %}

{#- The value of one name in JSON text of the form [{"name": ..., "value": ...}, ...], null when it is not there. -#}
{% macro json_named_value(expression, name) -%}
    {%- do return(
        adapter.dispatch("json_named_value", "marketmap")(expression, name)
    ) -%}
{%- endmacro %}

{% macro default__json_named_value(expression, name) -%}
    {%- do return(
        "list_filter(try_cast(try_cast("
        ~ expression
        ~ " as json) as struct(name text, value text)[]), "
        ~ "lambda item: item.name = '"
        ~ name
        ~ "')[1].value"
    ) -%}
{%- endmacro %}

{% macro spark__json_named_value(expression, name) -%}
    {%- do return(
        "filter(from_json("
        ~ expression
        ~ ", 'array<struct<name:string,value:string>>'), "
        ~ "item -> item.name = '"
        ~ name
        ~ "')[0].value"
    ) -%}
{%- endmacro %}

{#- Text of an attribute value as its catalogued type; a list is JSON text until then. -#}
{% macro attribute_value(expression, type) -%}
    {%- do return(
        adapter.dispatch("attribute_value", "marketmap")(expression, type)
    ) -%}
{%- endmacro %}

{% macro default__attribute_value(expression, type) -%}
    {%- if type[-2:] == "[]" -%}
        {%- do return(
            "try_cast(try_cast(" ~ expression ~ " as json) as " ~ type ~ ")"
        ) -%}
    {%- else -%} {%- do return(cast_or_null(expression, type)) -%}
    {%- endif -%}
{%- endmacro %}

{% macro spark__attribute_value(expression, type) -%}
    {%- if type[-2:] == "[]" -%}
        {%- do return("from_json(" ~ expression ~ ", 'array<string>')") -%}
    {%- else -%} {%- do return(cast_or_null(expression, type)) -%}
    {%- endif -%}
{%- endmacro %}

{#- Text as it stands inside of JSON: escaped at once, then the character 30 turned into a quote. -#}
{% macro json_inside(expression) -%}
    {%- do return(adapter.dispatch("json_inside", "marketmap")(expression)) -%}
{%- endmacro %}

{% macro default__json_inside(expression) -%}
    {%- do return(
        "replace(cast(to_json("
        ~ expression
        ~ ") as text)[2:-2], chr(92) || 'u001E', chr(34))"
    ) -%}
{%- endmacro %}

{% macro spark__json_inside(expression) -%}
    {%- set escaped = "to_json(array(" ~ expression ~ "))" %}
    {%- do return(
        "replace(substr("
        ~ escaped
        ~ ", 3, length("
        ~ escaped
        ~ ") - 4), chr(92) || 'u001e', chr(34))"
    ) -%}
{%- endmacro %}

{#-
The window of all rows. Without a partition, an aggregate that reads a union with an empty part breaks DuckDB 1.5 off
now and then (its issue 22352: 1 in some 1,000 queries), and with it the run.
-#}
{% macro over_all() -%} {%- do return("over (partition by 1)") -%} {%- endmacro %}

{#- The items of a list, one row each, as an expression of a select. -#}
{% macro unnested(list) -%}
    {%- do return(adapter.dispatch("unnested", "marketmap")(list)) %}
{%- endmacro %}

{% macro default__unnested(list) -%}
    {%- do return("unnest(" ~ list ~ ")") %}
{%- endmacro %}

{% macro spark__unnested(list) -%}
    {%- do return(
        "explode(" ~ list
        | replace("generate_series(", "sequence(")
        | replace("string_split(", "split(") ~ ")"
    ) %}
{%- endmacro %}

{#- A list of {action_type, value} out of JSON text (what Meta counts), null when it is none. -#}
{% macro json_actions(expression) -%}
    {%- do return(adapter.dispatch("json_actions", "marketmap")(expression)) %}
{%- endmacro %}

{% macro default__json_actions(expression) -%}
    {%- do return(
        "try_cast(try_cast("
        ~ expression
        ~ " as json) as struct(action_type text, value text)[])"
    ) %}
{%- endmacro %}

{% macro spark__json_actions(expression) -%}
    {%- do return(
        "from_json("
        ~ expression
        ~ ", 'array<struct<action_type:string,value:string>>')"
    ) %}
{%- endmacro %}

{#- The number at the end of an id such as urn:li:organization:1035. -#}
{% macro number_at_end(expression) -%}
    {%- do return("regexp_extract(" ~ expression ~ ", '[0-9]+$', 0)") %}
{%- endmacro %}

{#- All columns of a relation, some of them by expressions: `columns` maps a column to its expression. -#}
{% macro replaced_columns(relation, columns) -%}
    {{ adapter.dispatch("replaced_columns", "marketmap")(relation, columns) }}
{%- endmacro %}

{% macro default__replaced_columns(relation, columns) -%}
    {{ relation }}.* replace (
        {%- for column, expression in columns.items() %}
            {{ expression }} as {{ column }} {%- if not loop.last %}, {% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{% macro spark__replaced_columns(relation, columns) -%}
    {{ relation }}.* except ({{ columns | join(", ") }})
    {%- for column, expression in columns.items() %}
        , {{ expression }} as {{ column }}
    {%- endfor %}
{%- endmacro %}
