{{ config(materialized="view") }}

-- Companies that people in a marketing automation name.
with
    marketo_leads as (
        select leads.*
        from {{ ref("stg_marketo__leads") }} as leads
        left join
            {{ ref("stg_marketo__deleted_leads") }} as deleted_leads
            on leads.marketo_lead_id = deleted_leads.marketo_lead_id
        where
            deleted_leads.marketo_lead_id is null
            and not coalesce(leads.is_deleted, false)
    ),

    automation_leads as (
        select *
        from {{ ref("stg_automation__leads") }}
        where not coalesce(is_deleted, false)
    ),

    records as (
        select
            'marketo' as source,
            marketo_lead_id as record_id,
            company_name,
            website,
            email,
            country,
            state,
            city,
            phone,
            industry,
            salesforce_account_id as linked_record_id,
            created_at,
            updated_at
        from marketo_leads
        union all
        select
            source,
            automation_lead_id as record_id,
            company_name,
            website,
            email,
            country,
            state,
            city,
            phone,
            industry,
            salesforce_account_id as linked_record_id,
            created_at,
            updated_at
        from automation_leads
    )

select
    source,
    'Lead' as object,
    record_id,
    company_name,
    website,
    email,
    cast(null as text) as country_code_text,
    country,
    state,
    city,
    cast(null as text) as street,
    cast(null as text) as postal_code,
    phone,
    industry,
    cast(null as double) as employee_count,
    cast(null as double) as annual_revenue_usd,
    cast(null as text) as parent_record_id,
    linked_record_id,
    cast(null as text) as vendor_company_id,
    cast(null as text) as vendor_parent_company_id,
    cast(null as text) as vendor_ultimate_company_id,
    cast(null as text) as merged_into_record_id,
    false as is_branch,
    false as is_customer,
    created_at,
    updated_at
from records
