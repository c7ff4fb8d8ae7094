with
    queued as (select * from {{ ref("stg_ops__enrichment_queues") }}),

    account_records as (select * from {{ ref("account_records") }}),

    person_records as (select * from {{ ref("person_records") }})

select
    queued.source,
    queued.object,
    queued.record_id,
    queued.entity,
    coalesce(account_records.account_id, person_records.account_id) as account_id,
    queued.status,
    queued.missing_inputs,
    queued.vendor,
    queued.wanted_fields,
    queued.last_error,
    coalesce(queued.is_eligible, false) as is_eligible,
    queued.priority,
    queued.failure_count
from queued
left join
    account_records
    on queued.entity = 'accounts'
    and queued.source = account_records.source
    and queued.object = account_records.object
    and queued.record_id = account_records.record_id
left join
    person_records
    on queued.entity = 'contacts'
    and queued.source = person_records.source
    and queued.object = person_records.object
    and queued.record_id = person_records.record_id
