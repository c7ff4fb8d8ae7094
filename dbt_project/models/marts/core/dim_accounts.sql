{{ config(meta={"has_catalogue_columns": true}) }}

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
    {{ crm_link("salesforce_account_id") }} as crm_url,
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
