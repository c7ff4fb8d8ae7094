with
    leads as (
        select * from {{ ref("dim_contacts") }} where marketo_lead_id is not null
    ),
    scores as (select * from {{ ref("contact_scores") }}),
    ranked as (
        select
            leads.marketo_lead_id,
            leads.contact_id,
            cast(round(scores.overall_score, 0) as integer) as lead_score,
            row_number() over (
                partition by leads.marketo_lead_id order by leads.contact_id
            ) as lead_rank
        from leads
        inner join scores on leads.contact_id = scores.contact_id
    )
select marketo_lead_id, contact_id, lead_score
from ranked
where lead_rank = 1
