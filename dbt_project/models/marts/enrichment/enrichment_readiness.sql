with
    queued as (select * from {{ ref("stg_ops__enrichment_queues") }}),

    grouped as (
        select
            source,
            object,
            entity,
            coalesce(missing_inputs, 'nothing') as missing_inputs,
            count(*) as record_count
        from queued
        group by source, object, entity, coalesce(missing_inputs, 'nothing')
    )

select
    source,
    object,
    missing_inputs,
    entity,
    missing_inputs = 'nothing' as is_eligible,
    cast(record_count as bigint) as record_count,
    cast(record_count as double)
    / sum(record_count) over (partition by source, object) as record_ratio
from grouped
