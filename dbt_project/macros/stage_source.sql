{#-
One staging select over a landed table: rename and cast the declared columns, pass every other landed
column through under its own name (a custom field added in the CRM needs no change here).

columns maps landed name -> "staged_name type". A table or a column that has not landed (a system that is
off, a field the organisation does not have) gives typed nulls, so that every model builds.
-#}
{% macro stage_source(source_name, table_name, columns) %}
    {%- set relation = source(source_name, table_name) %}
    {%- set landed = landed_columns(relation) %}
    {%- set staged = [] %}
    {%- set names = [] %}
    {%- for raw_name, declaration in columns.items() %}
        {%- set name, type = declaration.split(" ", 1) %}
        {%- do names.append(name) %}
        {%- do staged.append(
            staged_column(raw_name, landed.get(raw_name), type)
            ~ " as "
            ~ name
        ) %}
    {%- endfor %}
    {%- for raw_name in landed if raw_name not in columns and raw_name not in names and raw_name[:5] != "_dlt_" %}
        {%- do staged.append(adapter.quote(raw_name)) %}
    {%- endfor %}
    select {{ staged | join(",\n        ") }}
    {% if landed %} from {{ relation }}
    {% else %} where false
    {% endif %}
{% endmacro %}

{#- Landed column names with their types, {} when the table has not landed. -#}
{% macro landed_columns(relation) %}
    {%- set found = {} %}
    {%- if execute and adapter.get_relation(
        relation.database, relation.schema, relation.identifier
    ) %}
        {%- for column in adapter.get_columns_in_relation(relation) %}
            {%- do found.update({column.name: column.dtype | lower}) %}
        {%- endfor %}
    {%- endif %}
    {%- do return(found) %}
{% endmacro %}

{#- The cast of one landed column; landed_type none means that it has not landed. -#}
{% macro staged_column(raw_name, landed_type, type) %}
    {%- set quoted = adapter.quote(raw_name) %}
    {%- if landed_type is none %} {%- do return("cast(null as " ~ type ~ ")") %}
    {%- elif type == "timestamp" and "with time zone" in landed_type %}
        {%- do return(utc_timestamp(quoted)) %}
    {%- else %} {%- do return(cast_or_null(quoted, type)) %}
    {%- endif %}
{% endmacro %}
