with
    records as (
        select record_id, contact_id
        from {{ ref("int_person_records__linked") }}
        where
            source = 'salesforce' and object = 'Lead' and merged_into_record_id is null
    ),
    open_leads as (
        select salesforce_lead_id
        from {{ ref("stg_salesforce__leads") }}
        where not coalesce(is_converted, false)
    ),
    contacts as (select * from {{ ref("dim_contacts") }}),
    stages as (select * from {{ ref("contact_stages") }} where stage <> 'unqualified'),
    scores as (select * from {{ ref("contact_scores") }}),
    final as (
        select
            records.record_id as salesforce_lead_id,
            contacts.contact_id,
            contacts.account_id,
            case
                when stages.contact_id is not null
                then cast(scores.overall_score as double)
            end as person_score,
            case
                when stages.contact_id is not null then left(contacts.linkedin_url, 255)
            end as linkedin_url,
            stages.reason as score_reason
        from records
        inner join open_leads on records.record_id = open_leads.salesforce_lead_id
        inner join contacts on records.contact_id = contacts.contact_id
        left join stages on records.contact_id = stages.contact_id
        left join scores on records.contact_id = scores.contact_id
    )
select *
from final
