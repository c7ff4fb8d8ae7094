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
