{{ config(materialized="view") }}

with
    tasks as ({{ live_records(ref("stg_salesforce__tasks"), "Task", "task_id") }}),

    events as ({{ live_records(ref("stg_salesforce__events"), "Event", "event_id") }}),

    opportunities as (select * from {{ ref("int_opportunities") }}),

    -- An open task is a plan: it becomes an activity when it is closed.
    activities as (
        select
            task_id as activity_id,
            'Task' as source_object,
            coalesce(nullif(task_type, ''), task_subtype) as source_type,
            who_id as person_record_id,
            what_id,
            salesforce_account_id,
            owner_user_id,
            subject,
            {{
                json_object(
                    {
                        "priority": "priority",
                        "status": "task_status",
                        "call_seconds": "call_seconds",
                        "call_disposition": "call_disposition",
                    }
                )
            }} as details,
            coalesce(
                completed_at, cast(activity_date as timestamp), created_at
            ) as occurred_at
        from tasks
        where is_closed
        union all
        select
            event_id as activity_id,
            'Event' as source_object,
            event_type as source_type,
            who_id as person_record_id,
            what_id,
            salesforce_account_id,
            owner_user_id,
            subject,
            {{ json_object({"location": "location", "ended_at": "ended_at"}) }}
            as details,
            coalesce(started_at, created_at) as occurred_at
        from events
    )

select
    activities.activity_id,
    'salesforce' as source,
    activities.source_object,
    activities.source_type,
    '*' as fallback_type,
    activities.person_record_id,
    coalesce(
        activities.salesforce_account_id,
        opportunities.salesforce_account_id,
        case when activities.what_id like '001%' then activities.what_id end
    ) as account_record_id,
    activities.owner_user_id,
    activities.subject,
    activities.details,
    activities.occurred_at
from activities
left join opportunities on activities.what_id = opportunities.opportunity_id
