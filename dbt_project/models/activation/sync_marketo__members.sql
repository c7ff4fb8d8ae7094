with
    lists as (
        select *
        from {{ ref("audiences") }}
        where platform = 'marketo' and external_id is not null and is_enabled
    ),
    members as (select * from {{ ref("audience_members") }} where is_allowed),
    contacts as (
        select * from {{ ref("dim_contacts") }} where marketo_lead_id is not null
    )
select
    lists.external_id || ':' || contacts.marketo_lead_id as member_id,
    min(contacts.contact_id) as contact_id,
    lists.external_id as list_id,
    contacts.marketo_lead_id
from members
inner join lists on members.audience_id = lists.audience_id
inner join contacts on members.contact_id = contacts.contact_id
group by lists.external_id, contacts.marketo_lead_id
