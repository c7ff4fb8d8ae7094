-- Whose a visitor or a user of ours is: the last e-mail address that was said of them.
with
    identities as (
        select * from {{ ref("stg_web_events__identities") }} where email is not null
    ),

    activities as (
        select * from {{ ref("stg_web_events__activities") }} where email is not null
    ),

    said as (
        select visitor_id, user_id, lower(email) as email, full_name, occurred_at
        from identities
        union all
        select
            visitor_id,
            user_id,
            lower(email) as email,
            cast(null as text) as full_name,
            occurred_at
        from activities
    ),

    keyed as (
        select 'visitor' as kind, visitor_id as id, email, full_name, occurred_at
        from said
        where visitor_id is not null
        union all
        select 'user' as kind, user_id as id, email, full_name, occurred_at
        from said
        where user_id is not null
        union all
        select 'email' as kind, email as id, email, full_name, occurred_at
        from said
    )

select
    kind,
    id,
    {{ last_value_by("email", "occurred_at") }} as email,
    {{ last_value_by("full_name", "occurred_at") }} as full_name,
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at
from keyed
group by kind, id
