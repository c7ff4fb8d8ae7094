{{ config(materialized="view") }}

with
    companies as (
        select *
        from {{ ref("stg_hubspot__companies") }}
        where
            not coalesce(is_deleted, false)
            or merged_into_hubspot_company_id is not null
    ),

    -- A contact without a company is matched by what it says about itself, as a lead.
    contacts as (
        select *
        from {{ ref("stg_hubspot__contacts") }}
        where not coalesce(is_deleted, false) and hubspot_company_id is null
    ),

    records as (
        select
            'Company' as object,
            hubspot_company_id as record_id,
            account_name as company_name,
            coalesce(website, domain) as website,
            cast(null as text) as email,
            country,
            state,
            city,
            street,
            postal_code,
            phone,
            industry,
            cast(employee_count as double) as employee_count,
            cast(annual_revenue_usd as double) as annual_revenue_usd,
            parent_hubspot_company_id as parent_record_id,
            merged_into_hubspot_company_id as merged_into_record_id,
            coalesce(is_branch, false) as is_branch,
            lifecycle_stage = 'customer'
            or coalesce(current_contract_value_usd, 0) > 0 as is_customer,
            created_at,
            last_modified_at as updated_at
        from companies
        union all
        select
            'Contact' as object,
            hubspot_contact_id as record_id,
            company_name,
            website,
            email,
            country,
            state,
            city,
            cast(null as text) as street,
            cast(null as text) as postal_code,
            coalesce(phone, mobile_phone) as phone,
            cast(null as text) as industry,
            cast(null as double) as employee_count,
            cast(null as double) as annual_revenue_usd,
            cast(null as text) as parent_record_id,
            cast(null as text) as merged_into_record_id,
            false as is_branch,
            false as is_customer,
            created_at,
            last_modified_at as updated_at
        from contacts
    )

select
    'hubspot' as source,
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
    parent_record_id,
    cast(null as text) as linked_record_id,
    cast(null as text) as vendor_company_id,
    cast(null as text) as vendor_parent_company_id,
    cast(null as text) as vendor_ultimate_company_id,
    merged_into_record_id,
    is_branch,
    coalesce(is_customer, false) as is_customer,
    created_at,
    updated_at
from records
