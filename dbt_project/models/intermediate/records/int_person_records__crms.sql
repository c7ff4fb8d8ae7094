{{ config(materialized="view") }}

with
    contacts as (
        select *
        from {{ ref("stg_crms__contacts") }}
        where not coalesce(is_deleted, false) or master_crm_contact_id is not null
    ),

    leads as (
        select *
        from {{ ref("stg_crms__leads") }}
        where not coalesce(is_deleted, false) or master_crm_lead_id is not null
    )

select
    source,
    'Contact' as object,
    crm_contact_id as record_id,
    crm_account_id as account_record_id,
    owner_user_id,
    first_name,
    last_name,
    full_name,
    email,
    coalesce(phone, mobile_phone) as phone,
    title,
    department,
    linkedin_url,
    cast(null as text) as company_name,
    city,
    country_code as country_code_text,
    country,
    cast(null as text) as linked_record_id,
    master_crm_contact_id as merged_into_record_id,
    coalesce(is_opted_out, false) as is_opted_out,
    created_at,
    last_modified_at as updated_at
from contacts
union all
select
    source,
    'Lead' as object,
    crm_lead_id as record_id,
    converted_crm_account_id as account_record_id,
    owner_user_id,
    first_name,
    last_name,
    full_name,
    email,
    phone,
    title,
    cast(null as text) as department,
    linkedin_url,
    company_name,
    city,
    country_code as country_code_text,
    country,
    converted_crm_contact_id as linked_record_id,
    master_crm_lead_id as merged_into_record_id,
    coalesce(is_opted_out, false) as is_opted_out,
    created_at,
    last_modified_at as updated_at
from leads
