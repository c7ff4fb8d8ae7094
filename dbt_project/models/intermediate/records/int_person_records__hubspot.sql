{{ config(materialized="view") }}

with
    contacts as (
        select *
        from {{ ref("stg_hubspot__contacts") }}
        where
            not coalesce(is_deleted, false)
            or merged_into_hubspot_contact_id is not null
    )

select
    'hubspot' as source,
    'Contact' as object,
    hubspot_contact_id as record_id,
    hubspot_company_id as account_record_id,
    owner_user_id,
    first_name,
    last_name,
    cast(null as text) as full_name,
    email,
    coalesce(phone, mobile_phone) as phone,
    title,
    department,
    linkedin_url,
    company_name,
    city,
    cast(null as text) as country_code_text,
    country,
    cast(null as text) as linked_record_id,
    merged_into_hubspot_contact_id as merged_into_record_id,
    coalesce(is_opted_out, false) as is_opted_out,
    created_at,
    last_modified_at as updated_at
from contacts
