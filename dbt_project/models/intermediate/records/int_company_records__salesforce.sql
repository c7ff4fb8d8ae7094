{{ config(materialized="view") }}

with
    accounts as (
        {{
            live_records(
                ref("stg_salesforce__accounts"),
                "Account",
                "salesforce_account_id",
                "master_salesforce_account_id",
            )
        }}
    ),

    live_leads as (
        {{ live_records(ref("stg_salesforce__leads"), "Lead", "salesforce_lead_id") }}
    ),

    account_types as (select * from {{ ref("account_types") }}),

    account_records as (
        select
            'salesforce' as source,
            'Account' as object,
            accounts.salesforce_account_id as record_id,
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
            accounts.parent_salesforce_account_id as parent_record_id,
            cast(null as text) as linked_record_id,
            cast(null as text) as vendor_company_id,
            cast(null as text) as vendor_parent_company_id,
            cast(null as text) as vendor_ultimate_company_id,
            accounts.merged_into_record_id,
            coalesce(accounts.is_branch, false) as is_branch,
            coalesce(account_types.is_customer, false)
            or coalesce(accounts.current_contract_value_usd, 0) > 0 as is_customer,
            accounts.created_at,
            accounts.last_modified_at as updated_at
        from accounts
        left join
            account_types
            on {{ vocabulary_key("accounts.account_type") }}
            = {{ vocabulary_key("account_types.account_type") }}
    ),

    lead_records as (
        select
            'salesforce' as source,
            'Lead' as object,
            salesforce_lead_id as record_id,
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
            converted_salesforce_account_id as linked_record_id,
            cast(null as text) as vendor_company_id,
            cast(null as text) as vendor_parent_company_id,
            cast(null as text) as vendor_ultimate_company_id,
            cast(null as text) as merged_into_record_id,
            false as is_branch,
            false as is_customer,
            created_at,
            last_modified_at as updated_at
        from live_leads
    )

select *
from account_records
union all
select *
from lead_records
