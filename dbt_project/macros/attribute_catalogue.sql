{#-
The attributes of an account are data: seed attribute_catalogue says which there are, seed attribute_sources
which landed column feeds each. These macros read the seeds when a model is built.
-#}
{#- Attributes that dim_accounts promises; every other catalogue row is appended to it as a column. -#}
{% macro core_attributes() %}
    {%- do return(
        [
            "account_name",
            "owner_user_id",
            "website",
            "phone",
            "street",
            "city",
            "state",
            "postal_code",
            "country_code",
            "industry",
            "account_type",
            "founded_year",
            "technologies",
            "employee_count",
            "annual_revenue_usd",
            "current_contract_value_usd",
        ]
    ) %}
{% endmacro %}

{#- Rows of a seed as dictionaries; none while parsing or before the seed is loaded. -#}
{% macro seed_rows(relation, order_by) %}
    {%- if not execute or not adapter.get_relation(
        relation.database, relation.schema, relation.identifier
    ) %}
        {%- do return([]) %}
    {%- endif %}
    {%- set rows = [] %}
    {%- for row in run_query(
        "select * from " ~ relation ~ " order by " ~ order_by
    ).rows %}
        {%- do rows.append(row.dict()) %}
    {%- endfor %}
    {%- do return(rows) %}
{% endmacro %}

{#- All attributes of the catalogue in its order; a missing core attribute is an error that names it. -#}
{% macro catalogue_attributes() %}
    {%- set rows = seed_rows(ref("attribute_catalogue"), "attribute") %}
    {%- set missing = (
        core_attributes()
        | reject("in", rows | map(attribute="attribute") | list)
        | list
    ) %}
    {%- if rows and missing %}
        {%- do exceptions.raise_compiler_error(
            "seeds/attribute_catalogue.csv lacks the core attribute(s) "
            ~ missing
            | join(", ") ~ ": restore the row(s)"
        ) %}
    {%- endif %}
    {%- do return(rows) %}
{% endmacro %}

{#- Catalogue rows beyond the core: the columns that are appended to int_accounts and dim_accounts. -#}
{% macro further_attributes() %}
    {%- do return(
        catalogue_attributes()
        | rejectattr("attribute", "in", core_attributes())
        | list
    ) %}
{% endmacro %}

{#-
One row per record, attribute and fed value. An attribute without a row in attribute_sources is fed by every
source that has a staged column of its name, in the order of the sources given.

sources: list of {source, object, relation, key, observed_at}; with {rows}, values are read from there; with
{source_column}, one relation holds several systems' records, and `source` is only what the seed calls them.
-#}
{% macro attribute_candidates(sources) %}
    {%- set catalogue = seed_rows(ref("attribute_catalogue"), "attribute") %}
    {%- set feeds = seed_rows(ref("attribute_sources"), "attribute, priority") %}
    {%- set fed = feeds | map(attribute="attribute") | list %}
    {%- set selects = [] %}
    {%- for source in sources %}
        {%- set staged = landed_columns(source.relation) %}
        {%- for feed in feeds if feed.source == source.source and feed.object == source.object %}
            {%- if feed.column_name in staged %}
                {%- do selects.append(attribute_select(source, feed)) %}
            {%- elif staged %}
                {%- do exceptions.warn(
                    "seeds/attribute_sources.csv: "
                    ~ feed.attribute
                    ~ " names the column "
                    ~ feed.column_name
                    ~ ", which "
                    ~ source.relation.identifier
                    ~ " does not have; the row has no effect"
                ) %}
            {%- endif %}
        {%- endfor %}
        {%- set position = loop.index %}
        {%- for row in catalogue if row.attribute not in fed and row.attribute in staged %}
            {%- set feed = {
                "attribute": row.attribute,
                "column_name": row.attribute,
                "authority": "waterfall",
            } %}
            {%- do feed.update({"priority": position}) %}
            {%- do selects.append(attribute_select(source, feed)) %}
        {%- endfor %}
    {%- endfor %}
    {%- if not selects %}
        {%- set nothing = {
            "source": "",
            "object": "",
            "relation": "(select 1)",
            "key": "null",
        } %}
        {%- do nothing.update({"observed_at": "null"}) %}
        {%- set feed = {
            "attribute": "",
            "column_name": "null",
            "authority": "",
            "priority": 0,
        } %}
        {%- do selects.append(attribute_select(nothing, feed)) %}
    {%- endif %}
    {{ selects | join("\nunion all\n") }}
{% endmacro %}

{% macro attribute_select(source, feed) %}
    {%- set value = "nullif(trim(cast(" ~ feed.column_name ~ " as text)), '')" %}
    select
        {{ source.source_column or "'" ~ source.source ~ "'" }} as source,
        '{{ source.object }}' as object,
        cast({{ source.key }} as text) as record_id,
        '{{ feed.attribute }}' as attribute,
        '{{ feed.column_name }}' as column_name,
        {{ value }} as value,
        '{{ feed.authority }}' as authority,
        {{ feed.priority }} as priority,
        cast({{ source.observed_at }} as timestamp) as observed_at
    from {{ source.rows or source.relation }} as staged
    where {{ value }} is not null
{% endmacro %}

{#-
A model with the config meta has_catalogue_columns promises the catalogue's further attributes as well: they
join its contract with their catalogued type, so that a new vendor column needs a catalogue row and no YAML.
-#}
{% macro get_assert_columns_equivalent(sql) -%}
    {%- if config.get("meta", {}).get("has_catalogue_columns") -%}
        {%- for row in further_attributes() -%}
            {%- do model["columns"].update(
                {
                    row.attribute: {
                        "name": row.attribute,
                        "data_type": row.data_type,
                        "constraints": [],
                    }
                }
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- adapter.dispatch("get_assert_columns_equivalent", "dbt")(sql) -}}
{%- endmacro %}
