with
    activities as (select * from {{ ref("int_activities") }}),

    people as (
        select source, record_id, contact_id, account_id, salesforce_lead_id
        from {{ ref("int_person_records__linked") }}
    ),

    account_records as (
        select source, record_id, account_id
        from {{ ref("int_account_records") }} as records
        where {{ is_crm_account("records") }} or object = 'Company'
    )

select
    activities.activity_id,
    coalesce(people.account_id, account_records.account_id) as account_id,
    people.contact_id,
    people.salesforce_lead_id as lead_id,
    activities.owner_user_id,
    activities.activity_type,
    activities.subject,
    activities.details,
    activities.is_engagement,
    activities.source,
    activities.source_object,
    activities.occurred_at
from activities
left join
    people
    on activities.source = people.source
    and activities.person_record_id = people.record_id
left join
    account_records
    on activities.source = account_records.source
    and activities.account_record_id = account_records.record_id
