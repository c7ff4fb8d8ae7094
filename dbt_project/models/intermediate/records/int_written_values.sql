{{ config(materialized="view") }}

with
    ranked as (
        select
            {{ dbt.split_part("sync_name", "'__'", 1) }} as source,
            record_key as record_id,
            field_name,
            value_after as value,
            recorded_at as written_at,
            row_number() over (
                partition by
                    {{ dbt.split_part("sync_name", "'__'", 1) }}, record_key, field_name
                order by recorded_at desc
            ) as recency_rank
        from {{ ref("stg_ops__sync_records") }}
        where status = 'accepted'
    )

select source, record_id, field_name, value, written_at
from ranked
where recency_rank = 1
