{% set attributes = {
    "industry": "text",
    "country_code": "text",
    "account_name": "text",
    "employee_count": "number",
    "annual_revenue_usd": "number",
} %}
-- The ICP applied to what a lead says of its own company, for people who are linked
-- to no account.
with
    contacts as (select * from {{ ref("int_contacts") }} where account_id is null),
    leads as (select * from {{ ref("stg_salesforce__leads") }}),
    terms as (select * from {{ ref("int_vocabulary_terms") }}),
    used as (select attribute from {{ ref("icp_vectors") }}),
    profiles as (
        select
            contacts.contact_id,
            industries.term as industry,
            coalesce(countries.term, contacts.country_code) as country_code,
            leads.company_name as account_name,
            leads.employee_count,
            leads.annual_revenue_usd
        from contacts
        left join leads on contacts.salesforce_lead_id = leads.salesforce_lead_id
        left join
            terms as industries
            on industries.vocabulary = 'industry'
            and industries.label_key = {{ vocabulary_key("leads.industry") }}
        left join
            terms as countries
            on countries.vocabulary = 'country'
            and countries.label_key = {{ vocabulary_key("leads.country_code") }}
    ),
    facts as ({{ rule_facts("profiles", "contact_id", attributes, "used") }}),
    fits as ({{ vector_fits("facts") }})
select entity_id as contact_id, fit_score, excluding_vectors
from fits
