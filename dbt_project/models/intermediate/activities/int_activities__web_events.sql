{{ config(materialized="view") }}

with
    page_views as (select * from {{ ref("stg_web_events__page_views") }}),

    activities as (select * from {{ ref("stg_web_events__activities") }}),

    people as (select * from {{ ref("int_web_people") }}),

    visit_companies as (select * from {{ ref("int_web_visit_companies") }}),

    events as (
        select
            page_views.event_id,
            'PageView' as source_object,
            'page' as source_type,
            page_views.visitor_id,
            cast(null as text) as user_id,
            cast(null as text) as email,
            visit_companies.domain as company_domain,
            page_views.path as subject,
            {{
                json_object(
                    {
                        "url": "page_views.url",
                        "title": "page_views.title",
                        "referrer": "page_views.referrer",
                        "session_id": "page_views.session_id",
                        "utm_source": "page_views.utm_source",
                        "utm_campaign": "page_views.utm_campaign",
                    }
                )
            }} as details,
            page_views.occurred_at
        from page_views
        left join visit_companies on page_views.ip_address = visit_companies.ip_address
        union all
        select
            event_id,
            'Event' as source_object,
            activity_type as source_type,
            visitor_id,
            user_id,
            lower(email) as email,
            lower(company_domain) as company_domain,
            coalesce(subject, product, activity_type) as subject,
            properties as details,
            occurred_at
        from activities
    )

select
    events.event_id as activity_id,
    'web_events' as source,
    events.source_object,
    events.source_type,
    '*' as fallback_type,
    coalesce(events.email, users.email, visitors.email) as person_record_id,
    events.company_domain as account_record_id,
    cast(null as text) as owner_user_id,
    events.subject,
    events.details,
    events.occurred_at
from events
left join people as users on users.kind = 'user' and events.user_id = users.id
left join
    people as visitors on visitors.kind = 'visitor' and events.visitor_id = visitors.id
