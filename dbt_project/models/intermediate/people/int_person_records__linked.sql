with
    person_records as (select * from {{ ref("int_person_records") }}),

    assignments as (
        select * from {{ ref("stg_ml__person_records") }} where contact_id is not null
    ),

    lead_accounts as (
        select 'salesforce' as source, 'Lead' as object, lead_id, account_id
        from {{ ref("stg_ml__lead_accounts") }}
    )

select
    person_records.source,
    person_records.object,
    person_records.record_id,
    assignments.contact_id,
    coalesce(assignments.account_id, lead_accounts.account_id) as account_id,
    case
        when person_records.source = 'salesforce' and person_records.object = 'Lead'
        then person_records.record_id
        when person_records.linked_record_id like '00Q%'
        then person_records.linked_record_id
    end as salesforce_lead_id,
    person_records.merged_into_record_id,
    assignments.method,
    assignments.confidence,
    row_number() over (
        partition by assignments.contact_id
        order by
            case when person_records.merged_into_record_id is null then 0 else 1 end,
            case
                when person_records.object = 'Contact'
                then 0
                when person_records.source = 'salesforce'
                then 1
                else 2
            end,
            person_records.created_at desc,
            person_records.record_id
    ) as record_rank
from person_records
inner join
    assignments
    on person_records.source = assignments.source
    and person_records.object = assignments.object
    and person_records.record_id = assignments.record_id
left join
    lead_accounts
    on person_records.source = lead_accounts.source
    and person_records.object = lead_accounts.object
    and person_records.record_id = lead_accounts.lead_id
