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
    {%- if execute and has_landed(relation) %}
        {%- for column in adapter.get_columns_in_relation(relation) %}
            {%- do found.update({column.name: column.dtype | lower}) %}
        {%- endfor %}
    {%- endif %}
    {%- do return(found) %}
{% endmacro %}

{#-
Whether a table is there. dbt fills its cache of a schema that no model lives in while a first model asks for it, table by
table, and a second model's thread may look into the half of it: so what the cache lacks is looked for in the catalogue,
or a view would be built as if its source had never landed.
-#}
{% macro has_landed(relation) %}
    {%- if adapter.get_relation(
        relation.database, relation.schema, relation.identifier
    ) %}
        {%- do return(true) %}
    {%- endif %}
    {%- do return(adapter.dispatch("is_in_catalogue", "marketmap")(relation)) %}
{% endmacro %}

{% macro default__is_in_catalogue(relation) %} {%- do return(false) %} {% endmacro %}

{% macro duckdb__is_in_catalogue(relation) %}
    {%- set found = run_query(
        "select 1 from duckdb_tables() where database_name = '"
        ~ relation.database
        ~ "' and schema_name = '"
        ~ relation.schema
        ~ "' and table_name = '"
        ~ relation.identifier
        ~ "'"
    ) %}
    {%- do return(found.rows | length > 0) %}
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
