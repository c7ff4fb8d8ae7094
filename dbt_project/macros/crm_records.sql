{#-
Which source records are accounts of a CRM: the same list as ml/identity/records.py (ACCOUNT_OBJECTS). What a company
calls its CRM may be any of them, or several.
-#}
{% macro is_crm_account(relation) -%}
    (
        ({{ relation }}.source = 'salesforce' and {{ relation }}.object = 'Account')
        or ({{ relation }}.source = 'hubspot' and {{ relation }}.object = 'Company')
        {%- for crm in configured_crms() %}
            or (
                {{ relation }}.source = '{{ crm }}'
                and {{ relation }}.object = 'Account'
            )
        {%- endfor %}
    )
{%- endmacro %}

{#- An aggregate over an account's records: the id of its main record in one CRM, null if it has none there. -#}
{% macro main_record(source, object) -%}
    {{
        first_value_by(
            "case when source = '"
            ~ source
            ~ "' and object = '"
            ~ object
            ~ "' and is_crm_account then record_id end",
            "record_rank",
        )
    }}
{%- endmacro %}

{#- The page of a Salesforce record: null without a record, or where no address of the CRM is known. -#}
{% macro crm_link(record_id) -%}
    {%- set crm_address = env_var("SALESFORCE_BASE_URL", "") -%}
    {%- if crm_address -%} '{{ crm_address.rstrip("/") }}/' || {{ record_id }}
    {%- else -%} cast(null as text)
    {%- endif -%}
{%- endmacro %}
