{#-
Facts (see rule_facts) of every account about the attributes that `used`, a relation with a column attribute, names:
its profile and its signals.
-#}
{% macro account_facts(used) %}
    {{
        rule_facts(
            ref("int_accounts"),
            "account_id",
            account_attribute_types(ref("int_accounts")),
            used,
        )
    }}
    union all
    {{
        rule_facts(
            ref("int_account_signals"),
            "account_id",
            {
                "technology_count": "number",
                "surging_topics": "list",
                "surging_topic_count": "number",
                "engaged_contact_count": "number",
                "contact_count": "number",
                "last_engaged_date": "date",
                "has_open_opportunity": "boolean",
                "won_opportunity_count": "number",
            },
            used,
        )
    }}
{% endmacro %}

{#- What is known of an account only after its fit and its scores; see account_standing_types. -#}
{% macro account_standings() %}
    select scores.account_id, scores.overall_score, lists.imported_lists
    from {{ ref("account_scores") }} as scores
    left join
        (
            select
                account_id,
                {{
                    split_values(
                        dbt.listagg(
                            "distinct replace(list_name, '|', ' ')",
                            "'|'",
                            "order by replace(list_name, '|', ' ')",
                        )
                    )
                }} as imported_lists
            from {{ ref("import_rows") }}
            where account_id is not null and outcome <> 'rejected'
            group by account_id
        ) as lists
        on scores.account_id = lists.account_id
{% endmacro %}

{#- {attribute: rule type} of account_standings: what rules of territories may ask besides account_facts. -#}
{% macro account_standing_types() %}
    {%- do return({"overall_score": "number", "imported_lists": "list"}) %}
{% endmacro %}

{#-
{attribute: rule type} of an account relation: the columns fixed by its contract, plus every other column that the
built relation has (attributes added to seed attribute_catalogue become columns without a change here).
-#}
{% macro account_attribute_types(relation) %}
    {%- set types = {
        "account_name": "text",
        "domain": "text",
        "website": "text",
        "phone": "text",
        "city": "text",
        "state": "text",
        "postal_code": "text",
        "country_code": "text",
        "industry": "text",
        "account_type": "text",
        "founded_year": "number",
        "technologies": "list",
        "employee_count": "number",
        "annual_revenue_usd": "number",
        "current_contract_value_usd": "number",
        "hierarchy_level": "number",
        "completeness_score": "number",
        "is_customer": "boolean",
        "is_branch": "boolean",
    } %}
    {%- if execute %}
        {%- for column in adapter.get_columns_in_relation(relation) if not column.name.endswith("_id") %}
            {%- do types.update({column.name: rule_type(column.dtype)}) %}
        {%- endfor %}
    {%- endif %}
    {%- do return(types) %}
{% endmacro %}

{#- The rule language knows five types. -#}
{% macro rule_type(sql_type) -%}
    {%- set name = sql_type | lower %}
    {%- if name.endswith("[]") or name.startswith("array") %} {%- do return("list") %}
    {%- elif name.startswith("bool") %} {%- do return("boolean") %}
    {%- elif name.startswith("date") or name.startswith("timestamp") %}
        {%- do return("date") %}
        {%- elif "int" in name or name.startswith("dec") or name.startswith(
            "num"
        ) or name in ("double", "float", "real") %}
        {%- do return("number") %}
    {%- else %} {%- do return("text") %}
    {%- endif %}
{%- endmacro %}
