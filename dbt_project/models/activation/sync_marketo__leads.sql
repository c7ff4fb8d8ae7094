with
    leads as (
        select * from {{ ref("dim_contacts") }} where marketo_lead_id is not null
    ),
    scores as (select * from {{ ref("contact_scores") }}),
    users as (select * from {{ ref("dim_users") }} where source = 'salesforce'),
    -- The flow's outcomes that the marketing system is told of instead of the CRM.
    routings as (
        select
            records.contact_id,
            max_by(
                coalesce(users.user_name, routings.queue), routings.decided_at
            ) as routed_to
        from {{ ref("lead_routings") }} as routings
        inner join
            {{ ref("person_records") }} as records
            on routings.lead_id = records.record_id
            and records.source = 'salesforce'
            and records.object = 'Lead'
        left join users on routings.owner_id = users.user_id
        where routings.activation_target = 'map' and routings.assigned_to_id is not null
        group by records.contact_id
    ),
    ranked as (
        select
            leads.marketo_lead_id,
            leads.contact_id,
            cast(round(scores.overall_score, 0) as integer) as lead_score,
            left(routings.routed_to, 255) as routed_to,
            case when leads.is_opted_out then true end as has_opted_out,
            row_number() over (
                partition by leads.marketo_lead_id order by leads.contact_id
            ) as lead_rank
        from leads
        inner join scores on leads.contact_id = scores.contact_id
        left join routings on leads.contact_id = routings.contact_id
    )
select marketo_lead_id, contact_id, lead_score, routed_to, has_opted_out
from ranked
where lead_rank = 1
