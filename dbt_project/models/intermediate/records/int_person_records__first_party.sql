{{ config(materialized="view") }}

-- People that lists name, those who said on our own pages who they are, and leads that
-- other programs sent.
with
    list_rows as (select * from {{ ref("int_list_records") }} where object = 'Lead'),

    web_people as (select * from {{ ref("int_web_people") }} where kind = 'email'),

    inbound_leads as (select * from {{ ref("stg_changes__inbound_leads") }}),

    records as (
        select
            'files' as source,
            object,
            record_id,
            first_name,
            last_name,
            full_name,
            email,
            phone,
            title,
            department,
            linkedin_url,
            company_name,
            city,
            country,
            first_imported_at as created_at,
            imported_at as updated_at
        from list_rows
        union all
        select
            'web_events' as source,
            'Visitor' as object,
            id as record_id,
            cast(null as text) as first_name,
            cast(null as text) as last_name,
            full_name,
            email,
            cast(null as text) as phone,
            cast(null as text) as title,
            cast(null as text) as department,
            cast(null as text) as linkedin_url,
            cast(null as text) as company_name,
            cast(null as text) as city,
            cast(null as text) as country,
            first_seen_at as created_at,
            last_seen_at as updated_at
        from web_people
        union all
        select
            'changes' as source,
            'Lead' as object,
            {{ inbound_lead_id("inbound_leads") }} as record_id,
            first_name,
            last_name,
            full_name,
            email,
            phone,
            title,
            cast(null as text) as department,
            cast(null as text) as linkedin_url,
            company_name,
            city,
            country,
            coalesce(occurred_at, received_at) as created_at,
            received_at as updated_at
        from inbound_leads
    )

select
    source,
    object,
    record_id,
    cast(null as text) as account_record_id,
    cast(null as text) as owner_user_id,
    first_name,
    last_name,
    full_name,
    email,
    phone,
    title,
    department,
    linkedin_url,
    company_name,
    city,
    cast(null as text) as country_code_text,
    country,
    -- A list exported from the CRM names its records by their ids.
    case
        when
            source = 'files'
            and left(record_id, 3) in ('001', '003', '00Q')
            and length(record_id) in (15, 18)
        then record_id
    end as linked_record_id,
    cast(null as text) as merged_into_record_id,
    false as is_opted_out,
    created_at,
    updated_at
from records
