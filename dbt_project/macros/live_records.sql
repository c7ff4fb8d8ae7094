{#-
The rows of a staged Salesforce object that exist today: neither flagged as deleted nor reported by getDeleted
after their last change (a record restored from the recycle bin has changed later and counts as live).
With master_key, records that were merged into another one stay as well, with merged_into_record_id set.
-#}
{% macro live_records(relation, object, key, master_key=none) %}
    select
        records.*
        {%- if master_key %}
            ,
            case
                when
                    coalesce(records.is_deleted, false) or deleted.record_id is not null
                then records.{{ master_key }}
            end as merged_into_record_id
        {%- endif %}
    from {{ relation }} as records
    left join
        (
            select record_id, deleted_at
            from {{ ref("stg_salesforce__deleted_records") }}
            where object = '{{ object }}'
        ) as deleted
        on records.{{ key }} = deleted.record_id
        and deleted.deleted_at >= date_trunc(
            'second',
            coalesce(records.system_modified_at, timestamp '1970-01-01 00:00:00')
        )
    where
        (not coalesce(records.is_deleted, false) and deleted.record_id is null)
        {%- if master_key %} or records.{{ master_key }} is not null {%- endif %}
{% endmacro %}
