{{ config(materialized="view") }}

with
    tasks as ({{ live_records(ref("stg_salesforce__tasks"), "Task", "task_id") }}),

    events as ({{ live_records(ref("stg_salesforce__events"), "Event", "event_id") }}),

    members as (
        {{
            live_records(
                ref("stg_salesforce__campaign_members"),
                "CampaignMember",
                "campaign_member_id",
            )
        }}
    ),

    campaigns as (select * from {{ ref("stg_salesforce__campaigns") }}),

    opportunities as (select * from {{ ref("int_opportunities") }}),

    -- An open task is a plan: it becomes an activity when it is closed.
    activities as (
        select
            tasks.task_id as activity_id,
            'Task' as source_object,
            coalesce(nullif(tasks.task_type, ''), tasks.task_subtype) as source_type,
            tasks.who_id as person_record_id,
            tasks.what_id,
            tasks.salesforce_account_id,
            tasks.owner_user_id,
            tasks.subject,
            {{
                json_object(
                    {
                        "priority": "tasks.priority",
                        "status": "tasks.task_status",
                        "call_seconds": "tasks.call_seconds",
                        "call_disposition": "tasks.call_disposition",
                    }
                )
            }} as details,
            coalesce(
                tasks.completed_at,
                cast(tasks.activity_date as timestamp),
                tasks.created_at
            ) as occurred_at
        from tasks
        where tasks.is_closed
        union all
        select
            events.event_id as activity_id,
            'Event' as source_object,
            events.event_type as source_type,
            events.who_id as person_record_id,
            events.what_id,
            events.salesforce_account_id,
            events.owner_user_id,
            events.subject,
            {{
                json_object(
                    {"location": "events.location", "ended_at": "events.ended_at"}
                )
            }} as details,
            coalesce(events.started_at, events.created_at) as occurred_at
        from events
        union all
        select
            members.campaign_member_id as activity_id,
            'CampaignMember' as source_object,
            'Responded' as source_type,
            coalesce(
                members.salesforce_contact_id, members.salesforce_lead_id
            ) as person_record_id,
            cast(null as text) as what_id,
            cast(null as text) as salesforce_account_id,
            cast(null as text) as owner_user_id,
            campaigns.campaign_name as subject,
            {{
                json_object(
                    {
                        "campaign_id": "members.campaign_id",
                        "status": "members.member_status",
                    }
                )
            }} as details,
            coalesce(
                cast(members.first_responded_date as timestamp), members.created_at
            ) as occurred_at
        from members
        left join campaigns on members.campaign_id = campaigns.campaign_id
        where members.has_responded
        union all
        select
            opportunity_id as activity_id,
            'Opportunity' as source_object,
            'Created' as source_type,
            cast(null as text) as person_record_id,
            cast(null as text) as what_id,
            salesforce_account_id,
            owner_user_id,
            opportunity_name as subject,
            {{ json_object({"stage": "stage", "amount_usd": "amount_usd"}) }}
            as details,
            created_at as occurred_at
        from opportunities
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
    ) as salesforce_account_id,
    activities.owner_user_id,
    activities.subject,
    activities.details,
    activities.occurred_at
from activities
left join opportunities on activities.what_id = opportunities.opportunity_id
