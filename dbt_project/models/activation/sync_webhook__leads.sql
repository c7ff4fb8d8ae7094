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
    )
select lead_id, contact_id, account_id, grade, priority, overall_score
from ranked
where lead_rank = 1
