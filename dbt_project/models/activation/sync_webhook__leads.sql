with
    leads as (
        select * from {{ ref("dim_contacts") }} where salesforce_lead_id is not null
    ),
    scores as (select * from {{ ref("contact_scores") }}),
    ranked as (
        select
            leads.salesforce_lead_id as lead_id,
            leads.contact_id,
            leads.account_id,
            scores.grade,
            scores.priority,
            cast(scores.overall_score as double) as overall_score,
            row_number() over (
                partition by leads.salesforce_lead_id order by leads.contact_id
            ) as lead_rank
        from leads
        inner join scores on leads.contact_id = scores.contact_id
    ),
    webhooks as (select * from {{ ref("webhooks") }} where is_enabled)
select
    {{ event_key("ranked.lead_id") }} as lead_id,
    ranked.contact_id,
    ranked.account_id,
    ranked.grade,
    ranked.priority,
    ranked.overall_score
from ranked
inner join webhooks on {{ hears_event("'lead.scored'") }}
where ranked.lead_rank = 1
