with
    records as (
        select record_id, contact_id
        from {{ ref("int_person_records__linked") }}
        where
            source = 'salesforce'
            and object = 'Contact'
            and merged_into_record_id is null
    ),
    contacts as (select * from {{ ref("dim_contacts") }}),
    personas as (
        select *, coalesce(account_tier in ('T1', 'T2'), false) as is_worked
        from {{ ref("contact_personas") }}
    ),
    scores as (select * from {{ ref("contact_scores") }}),
    tier_labels as (
        select * from {{ ref("picklist_map") }} where target_field = 'Persona_Tier__c'
    ),
    final as (
        select
            records.record_id as salesforce_contact_id,
            contacts.contact_id,
            contacts.account_id,
            tier_labels.crm_value as persona_tier,
            case
                when tier_labels.crm_value is not null
                then cast(personas.persona_fit_score as double)
            end as persona_fit_score,
            case
                when tier_labels.crm_value is not null
                then cast(scores.overall_score as double)
            end as intelligence_score,
            case
                when tier_labels.crm_value is not null
                then left(contacts.linkedin_url, 255)
            end as linkedin_url,
            -- Only ever said, never taken back: null is not written.
            case when contacts.is_opted_out then true end as has_opted_out,
            personas.matched_vectors as persona_reason
        from records
        inner join contacts on records.contact_id = contacts.contact_id
        left join personas on records.contact_id = personas.contact_id
        left join
            tier_labels
            on personas.persona_tier = tier_labels.internal_value
            and personas.is_worked
        left join scores on records.contact_id = scores.contact_id
    )
select *
from final
