{{ config(materialized="view") }}

with
    people as (
        select *
        from {{ ref("stg_engagement__people") }}
        where not coalesce(is_deleted, false)
    )

select
    source,
    'Person' as object,
    engagement_person_id as record_id,
    cast(null as text) as account_record_id,
    cast(null as text) as owner_user_id,
    first_name,
    last_name,
    cast(null as text) as full_name,
    email,
    phone,
    title,
    cast(null as text) as department,
    linkedin_url,
    company_name,
    city,
    cast(null as text) as country_code_text,
    country,
    crm_record_id as linked_record_id,
    cast(null as text) as merged_into_record_id,
    coalesce(is_unsubscribed, false) as is_opted_out,
    created_at,
    updated_at
from people
