{{ config(materialized="view") }}

with
    days as (select * from {{ ref("stg_ads__company_days") }} where not is_deleted),

    companies as (select * from {{ ref("stg_ads__companies") }}),

    links as (
        select source, record_id, account_id
        from {{ ref("int_account_records") }}
        where object = 'Organization'
    ),

    named as (
        select *, {{ number_at_end("days.ad_company_id") }} as organization_id from days
    )

select
    named.source as platform,
    named.organization_id,
    links.account_id,
    companies.company_name,
    named.report_date,
    coalesce(named.impression_count, 0) as impression_count,
    coalesce(named.click_count, 0) as click_count,
    coalesce(named.conversion_count, 0) as conversion_count,
    coalesce(named.lead_count, 0) as lead_count,
    named.cost_usd
from named
left join
    companies
    on named.source = companies.source
    and named.organization_id = companies.ad_company_id
left join
    links on named.source = links.source and named.organization_id = links.record_id
