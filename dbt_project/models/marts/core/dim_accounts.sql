{{ config(meta={"has_catalogue_columns": true}) }}
{% set crm_address = env_var("SALESFORCE_BASE_URL", "") %}

with accounts as (select * from {{ ref("int_accounts") }})

select
    account_id,
    account_name,
    domain,
    country_code,
    industry,
    employee_count,
    annual_revenue_usd,
    parent_account_id,
    domestic_ultimate_account_id,
    global_ultimate_account_id,
    salesforce_account_id,
    hubspot_company_id,
    owner_user_id,
    family_domain,
    website,
    phone,
    street,
    city,
    state,
    postal_code,
    account_type,
    founded_year,
    technologies,
    hierarchy_level,
    {% if crm_address %} '{{ crm_address.rstrip("/") }}/' || salesforce_account_id
    {% else %} cast(null as text)
    {% endif %} as crm_url,
    is_customer,
    is_branch,
    has_prevent_override,
    current_contract_value_usd,
    record_count,
    crm_record_count,
    completeness_score,
    created_at
    {%- for row in further_attributes() %}, {{ row.attribute }} {%- endfor %}
from accounts
