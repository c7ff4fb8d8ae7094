{{ config(materialized="view") }}

with
    contacts as (
        {{
            live_records(
                own_values(
                    ref("stg_salesforce__contacts"),
                    "salesforce",
                    "salesforce_contact_id",
                    {"linkedin_url": "text LinkedIn_URL__c"},
                ),
                "Contact",
                "salesforce_contact_id",
                "master_salesforce_contact_id",
            )
        }}
    ),

    leads as (
        {{
            live_records(
                own_values(
                    ref("stg_salesforce__leads"),
                    "salesforce",
                    "salesforce_lead_id",
                    {"linkedin_url": "text LinkedIn_URL__c"},
                ),
                "Lead",
                "salesforce_lead_id",
                "master_salesforce_lead_id",
            )
        }}
    )

select
    'salesforce' as source,
    'Contact' as object,
    salesforce_contact_id as record_id,
    salesforce_account_id as account_record_id,
    owner_user_id,
    first_name,
    last_name,
    full_name,
    email,
    coalesce(phone, mobile_phone) as phone,
    title,
    department,
    linkedin_url,
    cast(null as text) as company_name,
    city,
    country_code as country_code_text,
    country,
    cast(null as text) as linked_record_id,
    merged_into_record_id,
    coalesce(is_opted_out, false) as is_opted_out,
    created_at,
    last_modified_at as updated_at
from contacts
union all
select
    'salesforce' as source,
    'Lead' as object,
    salesforce_lead_id as record_id,
    converted_salesforce_account_id as account_record_id,
    owner_user_id,
    first_name,
    last_name,
    full_name,
    email,
    phone,
    title,
    cast(null as text) as department,
    linkedin_url,
    company_name,
    city,
    country_code as country_code_text,
    country,
    converted_salesforce_contact_id as linked_record_id,
    merged_into_record_id,
    coalesce(is_opted_out, false) as is_opted_out,
    created_at,
    last_modified_at as updated_at
from leads
