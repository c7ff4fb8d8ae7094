{{ config(materialized="view") }}

with
    leads as (select * from {{ ref("stg_marketo__leads") }}),

    deleted_leads as (
        select distinct marketo_lead_id from {{ ref("stg_marketo__deleted_leads") }}
    )

select
    'marketo' as source,
    'Lead' as object,
    leads.marketo_lead_id as record_id,
    leads.salesforce_account_id as account_record_id,
    cast(null as text) as owner_user_id,
    leads.first_name,
    leads.last_name,
    cast(null as text) as full_name,
    leads.email,
    leads.phone,
    leads.title,
    cast(null as text) as department,
    cast(null as text) as linkedin_url,
    leads.company_name,
    leads.city,
    cast(null as text) as country_code_text,
    leads.country,
    coalesce(leads.salesforce_contact_id, leads.salesforce_lead_id) as linked_record_id,
    cast(null as text) as merged_into_record_id,
    coalesce(leads.is_unsubscribed, false) as is_opted_out,
    leads.created_at,
    leads.updated_at
from leads
left join deleted_leads on leads.marketo_lead_id = deleted_leads.marketo_lead_id
where deleted_leads.marketo_lead_id is null and not coalesce(leads.is_deleted, false)
