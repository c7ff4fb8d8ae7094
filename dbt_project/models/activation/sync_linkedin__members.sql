with
    audiences as (
        select * from {{ ref("audiences") }} where platform = 'linkedin' and is_enabled
    ),
    members as (select * from {{ ref("audience_members") }} where is_allowed),
    contacts as (select * from {{ ref("dim_contacts") }}),
    hashed as (
        select
            audiences.audience_id,
            coalesce(audiences.external_id, audiences.audience_name) as audience,
            {{ hashed_email("contacts.email") }} as email_sha256,
            contacts.contact_id
        from members
        inner join audiences on members.audience_id = audiences.audience_id
        inner join contacts on members.contact_id = contacts.contact_id
    ),
    -- Two people of one address are one member.
    ranked as (
        select
            *,
            row_number() over (
                partition by audience_id, email_sha256 order by contact_id
            ) as member_rank
        from hashed
        where email_sha256 is not null
    )
select audience || ':' || email_sha256 as member_id, contact_id, audience, email_sha256
from ranked
where member_rank = 1
