{{ config(materialized="view") }}

with
    records as (
        select
            vendor as source,
            'Company' as object,
            input_record_id as record_id,
            account_name as company_name,
            website,
            cast(null as text) as email,
            country_code as country,
            state,
            city,
            street,
            postal_code,
            phone,
            industry,
            cast(employee_count as double) as employee_count,
            cast(annual_revenue_usd as double) as annual_revenue_usd,
            input_record_id as linked_record_id,
            -- Ids of two vendors never mean each other.
            vendor || ':' || vendor_company_id as vendor_company_id,
            vendor || ':' || vendor_parent_company_id as vendor_parent_company_id,
            vendor || ':' || vendor_ultimate_company_id as vendor_ultimate_company_id,
            observed_at as created_at,
            observed_at as updated_at
        from {{ ref("stg_vendors__companies") }}
        where input_object in ('Account', 'LeadCompany') and account_name is not null
        union all
        select
            'bombora' as source,
            'Company' as object,
            domain as record_id,
            {{ last_value_by("company_name", "week_date") }} as company_name,
            domain as website,
            cast(null as text) as email,
            {{ last_value_by("country", "week_date") }} as country,
            cast(null as text) as state,
            {{ last_value_by("metro_area", "week_date") }} as city,
            cast(null as text) as street,
            cast(null as text) as postal_code,
            cast(null as text) as phone,
            cast(null as text) as industry,
            cast(null as double) as employee_count,
            cast(null as double) as annual_revenue_usd,
            cast(null as text) as linked_record_id,
            cast(null as text) as vendor_company_id,
            cast(null as text) as vendor_parent_company_id,
            cast(null as text) as vendor_ultimate_company_id,
            cast(min(week_date) as timestamp) as created_at,
            cast(max(week_date) as timestamp) as updated_at
        from {{ ref("stg_bombora__company_surges") }}
        where domain is not null
        group by domain
        union all
        select
            source,
            'Organization' as object,
            ad_company_id as record_id,
            company_name,
            website,
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
            cast(null as text) as linked_record_id,
            cast(null as text) as vendor_company_id,
            cast(null as text) as vendor_parent_company_id,
            cast(null as text) as vendor_ultimate_company_id,
            cast(null as timestamp) as created_at,
            cast(null as timestamp) as updated_at
        from {{ ref("stg_ads__companies") }}
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
    linked_record_id,
    vendor_company_id,
    vendor_parent_company_id,
    vendor_ultimate_company_id,
    cast(null as text) as merged_into_record_id,
    false as is_branch,
    false as is_customer,
    created_at,
    updated_at
from records
