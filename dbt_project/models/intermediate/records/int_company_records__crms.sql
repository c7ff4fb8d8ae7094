{{ config(materialized="view") }}

with
    accounts as (
        select *
        from {{ ref("stg_crms__accounts") }}
        where not coalesce(is_deleted, false) or master_crm_account_id is not null
    ),

    leads as (
        select * from {{ ref("stg_crms__leads") }} where not coalesce(is_deleted, false)
    ),

    account_types as (select * from {{ ref("account_types") }}),

    -- Where the CRM says of no account what it is, a won deal does.
    won_deals as (
        select distinct source, account_record_id
        from {{ ref("int_opportunities__crms") }}
        where is_won
    ),

    records as (
        select
            accounts.source,
            'Account' as object,
            accounts.crm_account_id as record_id,
            accounts.account_name as company_name,
            accounts.website,
            cast(null as text) as email,
            accounts.country_code as country_code_text,
            accounts.country,
            accounts.state,
            accounts.city,
            accounts.street,
            accounts.postal_code,
            accounts.phone,
            accounts.industry,
            cast(accounts.employee_count as double) as employee_count,
            cast(accounts.annual_revenue_usd as double) as annual_revenue_usd,
            accounts.parent_crm_account_id as parent_record_id,
            cast(null as text) as linked_record_id,
            accounts.master_crm_account_id as merged_into_record_id,
            coalesce(accounts.is_branch, false) as is_branch,
            coalesce(
                account_types.is_customer,
                accounts.account_type is null and won_deals.source is not null
            )
            or coalesce(accounts.current_contract_value_usd, 0) > 0 as is_customer,
            accounts.created_at,
            accounts.last_modified_at as updated_at
        from accounts
        left join
            account_types
            on {{ vocabulary_key("accounts.account_type") }}
            = {{ vocabulary_key("account_types.account_type") }}
        left join
            won_deals
            on accounts.source = won_deals.source
            and accounts.crm_account_id = won_deals.account_record_id
        union all
        select
            source,
            'Lead' as object,
            crm_lead_id as record_id,
            company_name,
            website,
            email,
            country_code as country_code_text,
            country,
            state,
            city,
            street,
            cast(null as text) as postal_code,
            phone,
            industry,
            cast(employee_count as double) as employee_count,
            cast(annual_revenue_usd as double) as annual_revenue_usd,
            cast(null as text) as parent_record_id,
            converted_crm_account_id as linked_record_id,
            cast(null as text) as merged_into_record_id,
            false as is_branch,
            false as is_customer,
            created_at,
            last_modified_at as updated_at
        from leads
    )

select
    source,
    object,
    record_id,
    company_name,
    website,
    email,
    country_code_text,
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
    linked_record_id,
    cast(null as text) as vendor_company_id,
    cast(null as text) as vendor_parent_company_id,
    cast(null as text) as vendor_ultimate_company_id,
    merged_into_record_id,
    is_branch,
    coalesce(is_customer, false) as is_customer,
    created_at,
    updated_at
from records
