with
    queued as (select * from {{ ref("stg_ops__enrichment_queues") }}),

    matched as (
        select 'accounts' as entity, source, object, record_id, account_id
        from {{ ref("account_records") }}
        union all
        select 'contacts', source, object, record_id, account_id
        from {{ ref("person_records") }}
    ),

    requests as (select * from {{ ref("persona_requests") }})

select
    queued.source,
    queued.object,
    queued.record_id,
    queued.entity,
    matched.account_id,
    queued.status,
    queued.missing_inputs,
    queued.vendor,
    queued.wanted_fields,
    queued.last_error,
    coalesce(queued.is_eligible, false) as is_eligible,
    queued.priority,
    queued.failure_count
from queued
left join matched using (entity, source, object, record_id)
union all
select
    'marketmap' as source,
    'PersonaRequest' as object,
    request_id as record_id,
    'people' as entity,
    account_id,
    case when domain is null then 'ineligible' else 'queued' end as status,
    case when domain is null then 'Website' end as missing_inputs,
    cast(null as {{ dbt.type_string() }}) as vendor,
    search_titles as wanted_fields,
    cast(null as {{ dbt.type_string() }}) as last_error,
    domain is not null as is_eligible,
    priority,
    0 as failure_count
from requests
