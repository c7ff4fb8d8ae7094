{#-
The answers of all enrichment vendors as one relation: seed vendor_field_map says which landed column of which vendor
is which of our fields, so a vendor that renames a column is a change of one row there.
-#}
{#-
One row per vendor and record asked about. tables: {vendor: relation}; fields: {field: type}. A vendor or a column that
has not landed gives typed nulls. With further catalogue attributes (accounts), those come as text: from the mapped
column, else from a landed column of the attribute's own name.
-#}
{% macro vendor_answers(entity, tables, fields, with_catalogue=false) %}
    {%- set names = {} %}
    {%- do names.update(fields) %}
    {%- if with_catalogue %}
        {%- for row in catalogue_attributes() if row.attribute not in names %}
            {%- do names.update({row.attribute: "text"}) %}
        {%- endfor %}
    {%- endif %}
    {%- set mapped = {} %}
    {%- for row in seed_rows(ref("vendor_field_map"), "vendor, entity, field") if row.entity == entity %}
        {%- do mapped.update({row.vendor ~ " " ~ row.field: row.vendor_field}) %}
    {%- endfor %}
    {%- set selects = [] %}
    {%- for vendor, relation in tables.items() %}
        {%- set landed = landed_columns(relation) %}
        {%- if landed %}
            {%- do selects.append(
                vendor_select(vendor, relation, landed, mapped, names)
            ) %}
        {%- endif %}
    {%- endfor %}
    {%- if not selects %}
        {%- do selects.append(vendor_select("", none, {}, mapped, names)) %}
    {%- endif %}
    {{ selects | join("\nunion all\n") }}
{% endmacro %}

{% macro vendor_select(vendor, relation, landed, mapped, names) %}
    {%- set contract = {
        "input_object": "text",
        "input_record_id": "text",
        "input_hash": "text",
        "match_status": "text",
        "credits": "double",
        "observed_at": "timestamp",
    } %}
    select
        '{{ vendor }}' as vendor,
        {%- for name, type in contract.items() %}
            {{ staged_column(name, landed.get(name), type) }} as {{ name }},
        {%- endfor %}
        {%- for name, type in names.items() %}
            {%- set column = mapped.get(vendor ~ " " ~ name, name) %}
            {{ staged_column(column, landed.get(column), type) }} as {{ name }}
            {{- "," if not loop.last }}
        {%- endfor %}
    {% if relation %} from {{ relation }}
    {% else %} where false
    {% endif %}
{% endmacro %}

{#-
What the vendors say of the catalogue's attributes, in the form of attribute_candidates(). Seed attribute_sources says
with its rows of source `vendors` where they stand beside the CRM; among each other they stand as in the waterfall.
-#}
{% macro vendor_candidates(relation, steps) %}
    {%- set catalogue = seed_rows(ref("attribute_catalogue"), "attribute") %}
    {%- set feeds = seed_rows(ref("attribute_sources"), "attribute, priority") %}
    {%- set own_rows = feeds | map(attribute="attribute") | list %}
    {%- set staged = landed_columns(relation) %}
    {%- for row in catalogue if row.attribute in staged %}
        {%- set feed = (
            feeds
            | selectattr("source", "equalto", "vendors")
            | selectattr("attribute", "equalto", row.attribute)
            | list
        ) %}
        {%- if feed or row.attribute not in own_rows %}
            {%- set value = "nullif(trim(cast(" ~ row.attribute ~ " as text)), '')" %}
            union all
            select
                answers.vendor as source,
                'Company' as object,
                answers.input_record_id as record_id,
                '{{ row.attribute }}' as attribute,
                '{{ row.attribute }}' as column_name,
                {{ value }} as value,
                'waterfall' as authority,
                {{ feed[0].priority if feed else 1 }} * 100
                + coalesce(steps.position, 99) as priority,
                answers.observed_at,
                answers.vendor as record_source,
                'Company' as record_object
            from {{ relation }} as answers
            left join
                {{ steps }} as steps
                on answers.vendor = steps.vendor
                and steps.entity = 'accounts'
                and steps.field = '{{ row.attribute }}'
            where
                answers.input_object in ('Account', 'LeadCompany')
                and {{ value }} not in ('', '[]')
        {%- endif %}
    {%- endfor %}
{% endmacro %}

{#- Rows: one per text of a list that is kept as JSON text. -#}
{% macro unnested_json_texts(expression) -%}
    {%- do return(adapter.dispatch("unnested_json_texts", "marketmap")(expression)) -%}
{%- endmacro %}

{% macro default__unnested_json_texts(expression) -%}
    {%- do return(
        "unnest(try_cast(try_cast(" ~ expression ~ " as json) as text[]))"
    ) -%}
{%- endmacro %}

{% macro spark__unnested_json_texts(expression) -%}
    {%- do return("explode(from_json(" ~ expression ~ ", 'array<string>'))") -%}
{%- endmacro %}
