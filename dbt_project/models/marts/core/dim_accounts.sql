{{ config(meta={"has_catalogue_columns": true}) }}

with
    accounts as (select * from {{ ref("int_accounts") }}),

    us_public_sector as (
        select distinct records.account_id
        from {{ ref("int_account_records") }} as records
        inner join
            {{ ref("stg_salesforce__accounts") }} as crm
            on records.record_id = crm.salesforce_account_id
        where
            records.source = 'salesforce'
            and records.object = 'Account'
            and crm.is_us_pubsec
    )

select
    accounts.account_id,
    accounts.account_name,
    accounts.domain,
    accounts.country_code,
    accounts.industry,
    accounts.employee_count,
    accounts.annual_revenue_usd,
    accounts.parent_account_id,
    accounts.domestic_ultimate_account_id,
    accounts.global_ultimate_account_id,
    accounts.salesforce_account_id,
    accounts.hubspot_company_id,
    {{ public_id("account", "accounts.account_id") }} as public_id,
    accounts.owner_user_id,
    accounts.family_domain,
    accounts.website,
    accounts.phone,
    accounts.street,
    accounts.city,
    accounts.state,
    accounts.postal_code,
    accounts.account_type,
    accounts.founded_year,
    accounts.technologies,
    accounts.hierarchy_level,
    {{ crm_link("accounts.salesforce_account_id") }} as crm_url,
    accounts.is_customer,
    accounts.is_branch,
    us_public_sector.account_id is not null as is_us_public_sector,
    accounts.has_prevent_override,
    accounts.current_contract_value_usd,
    accounts.record_count,
    accounts.crm_record_count,
    accounts.completeness_score,
    accounts.created_at
    {%- for row in further_attributes() %}, accounts.{{ row.attribute }} {%- endfor %}
from accounts
left join us_public_sector on accounts.account_id = us_public_sector.account_id
