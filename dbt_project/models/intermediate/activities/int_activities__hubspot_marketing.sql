{{ config(materialized="view") }}

with
    -- An address belongs to one living contact.
    people as (
        select lower(email) as email, min(hubspot_contact_id) as hubspot_contact_id
        from {{ ref("stg_hubspot__contacts") }}
        where not coalesce(is_deleted, false) and email is not null
        group by lower(email)
    ),

    email_campaigns as (select * from {{ ref("stg_hubspot__email_campaigns") }}),

    forms as (select * from {{ ref("stg_hubspot__forms") }}),

    events as (
        select
            events.hubspot_email_event_id as activity_id,
            'email_events' as source_object,
            events.event_type as source_type,
            lower(events.email) as email,
            cast(null as text) as hubspot_contact_id,
            email_campaigns.campaign_name as subject,
            {{ json_object({"url": "events.url"}) }} as details,
            events.occurred_at
        from {{ ref("stg_hubspot__email_events") }} as events
        left join
            email_campaigns
            on events.hubspot_email_campaign_id
            = email_campaigns.hubspot_email_campaign_id
        union all
        select
            submissions.hubspot_form_submission_id as activity_id,
            'form_submissions' as source_object,
            '*' as source_type,
            lower(submissions.email) as email,
            cast(null as text) as hubspot_contact_id,
            forms.form_name as subject,
            submissions.answers as details,
            submissions.occurred_at
        from {{ ref("stg_hubspot__form_submissions") }} as submissions
        left join forms on submissions.hubspot_form_id = forms.hubspot_form_id
        union all
        select
            hubspot_page_visit_id as activity_id,
            'page_visits' as source_object,
            '*' as source_type,
            cast(null as text) as email,
            hubspot_contact_id,
            url as subject,
            details,
            occurred_at
        from {{ ref("stg_hubspot__page_visits") }}
    )

select
    events.activity_id,
    'hubspot' as source,
    events.source_object,
    events.source_type,
    '*' as fallback_type,
    coalesce(events.hubspot_contact_id, people.hubspot_contact_id) as person_record_id,
    cast(null as text) as account_record_id,
    cast(null as text) as owner_user_id,
    events.subject,
    events.details,
    events.occurred_at
from events
left join people on events.email = people.email
