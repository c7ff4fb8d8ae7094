{#-
Systems that ingestion reads by a file (ingestion/rest/systems): their raw tables have the same columns, so one staging
model reads all of a kind, and a further system is a name here and a source beside the model.
-#}
{% macro configured_crms() %}
    {%- do return(["dynamics", "pipedrive", "zoho"]) %}
{% endmacro %}

{% macro all_crms() %}
    {%- do return(["salesforce", "hubspot"] + configured_crms()) %}
{% endmacro %}

{% macro configured_automation() %}
    {%- do return(["pardot", "eloqua"]) %}
{% endmacro %}

{% macro configured_engagement() %}
    {%- do return(["outreach", "salesloft"]) %}
{% endmacro %}

{% macro configured_ad_platforms() %}
    {%- do return(["linkedin", "meta", "google_ads"]) %}
{% endmacro %}

{#-
One staging select over the same tables of several systems, with the system in `source` and the table in
`source_table`: columns as in stage_source(); what else a system has passes through as text.
-#}
{% macro stage_systems(systems, tables, columns) %}
    {%- set landed = [] %}
    {%- set others = [] %}
    {%- set names = ["source", "source_table", "source_rank"] %}
    {%- for declaration in columns.values() %}
        {%- do names.append(declaration.split(" ", 1)[0]) %}
    {%- endfor %}
    {%- for system in systems %}
        {%- for table in tables if table in system_tables(system) %}
            {%- set relation = source(system, table) %}
            {%- set present = landed_columns(relation) %}
            {%- if present %}
                {%- do landed.append([system, table, relation, present]) %}
            {%- endif %}
            {%- for name in present if name not in columns and name not in names and name not in others %}
                {%- if name[:5] != "_dlt_" %} {%- do others.append(name) %} {%- endif %}
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    {%- if not landed %} {%- do landed.append(["", "", none, {}]) %} {%- endif %}
    {%- for system, table, relation, present in landed %}
        select
            '{{ system }}' as source,
            '{{ table }}' as source_table,
            {%- for raw_name, declaration in columns.items() %}
                {%- set name, type = declaration.split(" ", 1) %}
                {{ staged_column(raw_name, present.get(raw_name), type) }}
                as {{ name }},
            {%- endfor %}
            {%- for name in others %}
                {{ staged_column(name, present.get(name), "text") }}
                as {{ adapter.quote(name) }},
            {%- endfor %}
            {{ loop.index }} as source_rank
        {% if relation %} from {{ relation }}
        {% else %} where false
        {% endif %}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
{% endmacro %}

{#- The tables that a configured system has. -#}
{% macro system_tables(system) %}
    {%- set crm = [
        "users",
        "accounts",
        "contacts",
        "leads",
        "opportunities",
        "stages",
    ] %}
    {%- set eloqua = [
        "leads",
        "email_sends",
        "email_opens",
        "email_clicks",
        "bouncebacks",
        "unsubscribes",
        "form_submits",
        "page_views",
    ] %}
    {%- set engagement = [
        "people",
        "sequences",
        "sequence_members",
        "emails",
        "calls",
    ] %}
    {%- do return(
        {
            "dynamics": crm | reject("equalto", "stages") | list,
            "pipedrive": crm | reject("equalto", "leads") | list,
            "zoho": crm | reject("equalto", "stages") | list,
            "pardot": ["leads", "activities"],
            "eloqua": eloqua,
            "outreach": engagement,
            "salesloft": engagement,
            "linkedin": [
                "campaigns",
                "campaign_days",
                "company_days",
                "companies",
            ],
            "meta": ["campaign_days"],
            "google_ads": ["campaign_days"],
        }[system]
    ) %}
{% endmacro %}
