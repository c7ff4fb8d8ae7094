with
    records as (
        select record_id, contact_id
        from {{ ref("int_person_records__linked") }}
        where
            source = 'salesforce' and object = 'Lead' and merged_into_record_id is null
    ),
    open_leads as (
        select salesforce_lead_id, lead_status
        from {{ ref("stg_salesforce__leads") }}
        where not coalesce(is_converted, false)
    ),
    contacts as (select * from {{ ref("dim_contacts") }}),
    stages as (select * from {{ ref("contact_stages") }} where stage <> 'unqualified'),
    scores as (select * from {{ ref("contact_scores") }}),
    positions as (select stage, position from {{ ref("stages") }}),
    statuses as (
        select
            lower(lead_status_map.lead_status) as lead_status,
            lead_status_map.stage,
            lead_status_map.lead_status as sent_status,
            lead_status_map.is_sent,
            positions.position
        from {{ ref("lead_status_map") }} as lead_status_map
        inner join positions on lead_status_map.stage = positions.stage
    ),
    -- Only forward, from a status that the map knows: what sales wrote stands for more.
    -- A lead that sales has ruled out is nobody's by a score; a person may say so.
    reached as (
        select open_leads.salesforce_lead_id, stages.contact_id, sent.sent_status
        from open_leads
        inner join records on open_leads.salesforce_lead_id = records.record_id
        inner join stages on records.contact_id = stages.contact_id
        inner join statuses as sent on stages.stage = sent.stage and sent.is_sent
        left join
            statuses as held on lower(trim(open_leads.lead_status)) = held.lead_status
        where
            stages.cause in ('rule', 'person')
            and (
                open_leads.lead_status is null
                or (
                    held.position < sent.position
                    and (held.stage <> 'unqualified' or stages.cause = 'person')
                )
            )
    ),
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
            reached.sent_status as lead_status,
            open_leads.lead_status as current_lead_status,
            -- Only ever said, never taken back: null is not written.
            case when contacts.is_opted_out then true end as has_opted_out,
            stages.reason as score_reason
        from records
        inner join open_leads on records.record_id = open_leads.salesforce_lead_id
        inner join contacts on records.contact_id = contacts.contact_id
        left join stages on records.contact_id = stages.contact_id
        left join scores on records.contact_id = scores.contact_id
        left join reached on records.record_id = reached.salesforce_lead_id
    )
select *
from final
