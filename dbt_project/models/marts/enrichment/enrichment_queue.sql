with
    queued as (select * from {{ ref("stg_ops__enrichment_queues") }}),

    matched as (
        select 'accounts' as entity, source, object, record_id, account_id
        from {{ ref("account_records") }}
        union all
        select 'contacts', source, object, record_id, account_id
        from {{ ref("person_records") }}
    )

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
