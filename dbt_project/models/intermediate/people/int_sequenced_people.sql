{{ config(materialized="view") }}

-- People on whom sales works right now: in an active sequence, or marked so in the CRM.
with
    people as (select * from {{ ref("int_person_records__linked") }}),

    members as (
        select source, 'Person' as object, engagement_person_id as record_id
        from {{ ref("stg_engagement__sequence_members") }}
        where state = 'active' and not coalesce(is_deleted, false)
        union all
        select 'salesforce' as source, 'Contact' as object, salesforce_contact_id
        from {{ ref("stg_salesforce__contacts") }}
        where is_actively_being_sequenced
        union all
        select 'salesforce' as source, 'Lead' as object, salesforce_lead_id
        from {{ ref("stg_salesforce__leads") }}
        where is_actively_being_sequenced
    )

select distinct people.contact_id
from members
inner join
    people
    on members.source = people.source
    and members.object = people.object
    and members.record_id = people.record_id
