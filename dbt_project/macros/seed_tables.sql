{#-
Seed tables take their types from `data_type` under `columns:` in the seed's YAML, the one declaration that the
seed validator reads too, and are made anew on each run: a column added to a seed needs no full refresh.
-#}
{% macro default__create_csv_table(model, agate_table) %}
    {%- set columns = [] %}
    {%- for name in agate_table.column_names %}
        {%- set declared = model["columns"].get(name, {}).get("data_type") %}
        {%- if not declared %}
            {%- do exceptions.raise_compiler_error(
                model["original_file_path"]
                ~ ": column '"
                ~ name
                ~ "' is not declared. Add it with its data_type to "
                ~ (model["patch_path"] or "the YAML beside the seed")
                ~ "."
            ) %}
        {%- endif %}
        {%- do columns.append(adapter.quote(name) ~ " " ~ declared) %}
    {%- endfor %}
    {%- set sql = (
        "create table " ~ this.render() ~ " (" ~ columns | join(", ") ~ ")"
    ) %}
    {%- call statement("_") %} {{ sql }} {% endcall %}
    {{ return(sql) }}
{% endmacro %}

{% macro default__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
    {%- do adapter.drop_relation(old_relation) %}
    {{ return(create_csv_table(model, agate_table)) }}
{% endmacro %}
