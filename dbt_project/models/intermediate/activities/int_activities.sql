{{ config(materialized="view") }}

with
    activities as (
        select *
        from {{ ref("int_activities__salesforce") }}
        union all
        select *
        from {{ ref("int_activities__pipeline") }}
        union all
        select *
        from {{ ref("int_activities__hubspot") }}
        union all
        select *
        from {{ ref("int_activities__hubspot_marketing") }}
        union all
        select *
        from {{ ref("int_activities__marketo") }}
        union all
        select *
        from {{ ref("int_activities__automation") }}
        union all
        select *
        from {{ ref("int_activities__engagement") }}
        union all
        select *
        from {{ ref("int_activities__web_events") }}
        union all
        select *
        from {{ ref("int_activities__inbound_leads") }}
    ),

    activity_types as (select * from {{ ref("activity_types") }})

select
    activities.activity_id,
    activities.person_record_id,
    activities.account_record_id,
    activities.owner_user_id,
    coalesce(exact_types.activity_type, other_types.activity_type) as activity_type,
    activities.subject,
    activities.details,
    coalesce(exact_types.is_engagement, other_types.is_engagement) as is_engagement,
    activities.source,
    activities.source_object,
    activities.occurred_at
from activities
left join
    activity_types as exact_types
    on activities.source = exact_types.source
    and activities.source_object = exact_types.object
    and activities.source_type = exact_types.source_type
left join
    activity_types as other_types
    on activities.source = other_types.source
    and activities.source_object = other_types.object
    and activities.fallback_type = other_types.source_type
where coalesce(exact_types.activity_type, other_types.activity_type) is not null
