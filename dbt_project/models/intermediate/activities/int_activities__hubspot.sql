{{ config(materialized="view") }}

with
    -- A planned call or open task becomes an activity when it is done.
    engagements as (
        select
            'calls' as object,
            hubspot_call_id as record_id,
            owner_user_id,
            subject,
            {{
                json_object(
                    {
                        "disposition": "call_disposition",
                        "milliseconds": "call_milliseconds",
                    }
                )
            }} as details,
            coalesce(occurred_at, created_at) as occurred_at
        from {{ ref("stg_hubspot__calls") }}
        where not coalesce(is_deleted, false) and call_status = 'COMPLETED'
        union all
        select
            'emails' as object,
            hubspot_email_id as record_id,
            owner_user_id,
            subject,
            {{ json_object({"direction": "email_direction"}) }} as details,
            coalesce(occurred_at, created_at) as occurred_at
        from {{ ref("stg_hubspot__emails") }}
        where not coalesce(is_deleted, false) and email_status = 'SENT'
        union all
        select
            'meetings' as object,
            hubspot_meeting_id as record_id,
            owner_user_id,
            subject,
            {{ json_object({"location": "location", "ended_at": "ended_at"}) }}
            as details,
            coalesce(started_at, occurred_at, created_at) as occurred_at
        from {{ ref("stg_hubspot__meetings") }}
        where
            not coalesce(is_deleted, false)
            and coalesce(meeting_outcome, '') not in ('CANCELED', 'NO_SHOW')
        union all
        select
            'tasks' as object,
            hubspot_task_id as record_id,
            owner_user_id,
            subject,
            {{ json_object({"type": "task_type"}) }} as details,
            coalesce(occurred_at, created_at) as occurred_at
        from {{ ref("stg_hubspot__tasks") }}
        where not coalesce(is_deleted, false) and task_status = 'COMPLETED'
    ),

    -- One person and one company stand for all that took part.
    participants as (
        select
            from_object as object,
            from_record_id as record_id,
            min(case when to_object = 'contacts' then to_record_id end) as contact_id,
            min(case when to_object = 'companies' then to_record_id end) as company_id
        from {{ ref("stg_hubspot__associations") }}
        where not coalesce(is_deleted, false)
        group by from_object, from_record_id
    )

select
    engagements.record_id as activity_id,
    'hubspot' as source,
    engagements.object as source_object,
    engagements.object as source_type,
    '*' as fallback_type,
    participants.contact_id as person_record_id,
    participants.company_id as account_record_id,
    engagements.owner_user_id,
    engagements.subject,
    engagements.details,
    engagements.occurred_at
from engagements
left join
    participants
    on engagements.object = participants.object
    and engagements.record_id = participants.record_id
