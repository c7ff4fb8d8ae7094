{{ config(materialized="view") }}

-- Companies that people's lists, our own pages, our programs and other programs' leads
-- name.
with
    activities as (select * from {{ ref("int_activities__web_events") }}),

    visitors as (
        select account_record_id as domain, min(occurred_at) as first_seen_at
        from activities
        where account_record_id is not null
        group by account_record_id
    ),

    visit_names as (
        select domain, max(company_name) as company_name
        from {{ ref("int_web_visit_companies") }}
        group by domain
    ),

    records as (
        select
            'files' as source,
            object,
            record_id,
            company_name,
            website,
            email,
            country,
            state,
            city,
            street,
            postal_code,
            phone,
            industry,
            employee_count,
            annual_revenue_usd,
            first_imported_at as created_at,
            imported_at as updated_at
        from {{ ref("int_list_records") }}
        where company_name is not null or website is not null or email is not null
        union all
        select
            'web_events' as source,
            'Company' as object,
            visitors.domain as record_id,
            visit_names.company_name,
            visitors.domain as website,
            cast(null as text) as email,
            cast(null as text) as country,
            cast(null as text) as state,
            cast(null as text) as city,
            cast(null as text) as street,
            cast(null as text) as postal_code,
            cast(null as text) as phone,
            cast(null as text) as industry,
            cast(null as double) as employee_count,
            cast(null as double) as annual_revenue_usd,
            visitors.first_seen_at as created_at,
            visitors.first_seen_at as updated_at
        from visitors
        left join visit_names on visitors.domain = visit_names.domain
        union all
        select
            'changes' as source,
            'Lead' as object,
            {{ inbound_lead_id("leads") }} as record_id,
            company_name,
            website,
            email,
            country,
            state,
            city,
            cast(null as text) as street,
            cast(null as text) as postal_code,
            phone,
            cast(null as text) as industry,
            cast(null as double) as employee_count,
            cast(null as double) as annual_revenue_usd,
            coalesce(occurred_at, received_at) as created_at,
            received_at as updated_at
        from {{ ref("stg_changes__inbound_leads") }} as leads
        where company_name is not null or website is not null or email is not null
    )

select
    source,
    object,
    record_id,
    company_name,
    website,
    email,
    cast(null as text) as country_code_text,
    country,
    state,
    city,
    street,
    postal_code,
    phone,
    industry,
    employee_count,
    annual_revenue_usd,
    cast(null as text) as parent_record_id,
    -- A list exported from the CRM names its records by their ids.
    case
        when
            source = 'files'
            and left(record_id, 3) in ('001', '003', '00Q')
            and length(record_id) in (15, 18)
        then record_id
    end as linked_record_id,
    cast(null as text) as vendor_company_id,
    cast(null as text) as vendor_parent_company_id,
    cast(null as text) as vendor_ultimate_company_id,
    cast(null as text) as merged_into_record_id,
    false as is_branch,
    false as is_customer,
    created_at,
    updated_at
from records
