{#-
What vendors that send files say of the catalogue's attributes, in the form of attribute_candidates(): seed
vendor_field_map names the file's column (or the field that the import knew it as), seed enrichment_waterfall the order.
-#}
{% macro file_vendor_candidates(relation, steps) %}
    {%- set known = landed_columns(relation) %}
    {%- set vendors = seed_rows(ref("vendors"), "vendor") | selectattr(
        "kind", "equalto", "file"
    ) %}
    {%- set names = vendors | map(attribute="vendor") | list %}
    {%- set catalogue = seed_rows(ref("attribute_catalogue"), "attribute") %}
    {%- set attributes = catalogue | map(attribute="attribute") | list %}
    {%- set feeds = seed_rows(ref("attribute_sources"), "attribute, priority") %}
    {%- for row in seed_rows(ref("vendor_field_map"), "vendor, entity, field") %}
        {%- if row.vendor in names and row.entity == "accounts" and row.field in attributes %}
            {%- set feed = (
                feeds
                | selectattr("source", "equalto", "vendors")
                | selectattr("attribute", "equalto", row.field)
                | list
            ) %}
            {%- set told = json_text("listed.other_values", row.vendor_field) %}
            {%- set value = (
                "coalesce("
                ~ told
                ~ ", cast(listed."
                ~ row.field
                ~ " as text))"
                if row.field in known
                else told
            ) %}
            union all
            select
                listed.vendor as source,
                'Company' as object,
                listed.record_id,
                '{{ row.field }}' as attribute,
                {{ dbt.string_literal(dbt.escape_single_quotes(row.vendor_field)) }}
                as column_name,
                nullif(trim({{ value }}), '') as value,
                'waterfall' as authority,
                {{ feed[0].priority if feed else 1 }} * 100
                + coalesce(steps.position, 99) as priority,
                listed.observed_at,
                'files' as record_source,
                'Company' as record_object
            from {{ relation }} as listed
            left join
                {{ steps }} as steps
                on listed.vendor = steps.vendor
                and steps.entity = 'accounts'
                and steps.field = '{{ row.field }}'
            where
                listed.vendor = '{{ row.vendor }}'
                and nullif(trim({{ value }}), '') is not null
        {%- endif %}
    {%- endfor %}
{% endmacro %}

{#- The text under a name in a JSON object that is kept as text. -#}
{% macro json_text(expression, name) -%}
    {%- do return(adapter.dispatch("json_text", "marketmap")(expression, name)) -%}
{%- endmacro %}

{% macro default__json_text(expression, name) -%}
    {%- set path = ["$", tojson(name)] | join(".") -%}
    {%- set literal = dbt.string_literal(dbt.escape_single_quotes(path)) -%}
    {%- do return("json_extract_string(" ~ expression ~ ", " ~ literal ~ ")") -%}
{%- endmacro %}

{% macro spark__json_text(expression, name) -%}
    {%- set path = ["$[", tojson(name), "]"] | join -%}
    {%- set literal = dbt.string_literal(dbt.escape_single_quotes(path)) -%}
    {%- do return("get_json_object(" ~ expression ~ ", " ~ literal ~ ")") -%}
{%- endmacro %}
