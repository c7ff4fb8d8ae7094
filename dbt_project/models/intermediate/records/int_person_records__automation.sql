{{ config(materialized="view") }}

with
    leads as (
        select *
        from {{ ref("stg_automation__leads") }}
        where not coalesce(is_deleted, false)
    )

select
    source,
    'Lead' as object,
    automation_lead_id as record_id,
    salesforce_account_id as account_record_id,
    cast(null as text) as owner_user_id,
    first_name,
    last_name,
    cast(null as text) as full_name,
    email,
    phone,
    title,
    cast(null as text) as department,
    cast(null as text) as linkedin_url,
    company_name,
    city,
    cast(null as text) as country_code_text,
    country,
    coalesce(salesforce_contact_id, salesforce_lead_id) as linked_record_id,
    cast(null as text) as merged_into_record_id,
    coalesce(is_unsubscribed, not is_subscribed, false) as is_opted_out,
    created_at,
    updated_at
from leads
