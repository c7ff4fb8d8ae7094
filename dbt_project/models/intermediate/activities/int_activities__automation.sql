{{ config(materialized="view") }}

with activities as (select * from {{ ref("stg_automation__activities") }})

select
    -- These systems number each kind of activity from 1 on.
    concat_ws(':', source, activity_type_id, automation_activity_id) as activity_id,
    source,
    'Activity' as source_object,
    activity_type_id as source_type,
    activity_type_id as fallback_type,
    automation_lead_id as person_record_id,
    cast(null as text) as account_record_id,
    cast(null as text) as owner_user_id,
    subject,
    cast(null as text) as details,
    occurred_at
from activities
