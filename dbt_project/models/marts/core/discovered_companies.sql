{{ config(materialized="view") }}
-- Companies that lists, intent and web visits name by themselves. Rows that a vendor
-- answered about an account of ours are no discovery.
with
    records as (
        select *
        from {{ ref("int_company_records") }} as found
        where
            found.object = 'Company'
            and found.linked_record_id is null
            and not {{ is_crm_account("found") }}
    ),

    links as (select * from {{ ref("stg_ml__account_records") }})

select
    records.source || ':' || records.record_id as discovered_company_id,
    links.account_id,
    records.company_name,
    records.website,
    records.country_code,
    records.source,
    links.method as match_method,
    links.account_id is null as is_net_new,
    links.confidence as match_confidence,
    records.created_at
from records
left join
    links
    on records.source = links.source
    and records.object = links.object
    and records.record_id = links.record_id
