with
    person_records as (select * from {{ ref("int_person_records") }}),

    assignments as (select * from {{ ref("stg_ml__person_records") }}),

    lead_accounts as (select * from {{ ref("stg_ml__lead_accounts") }}),

    titles as (select * from {{ ref("int_titles") }}),

    linked as (
        select
            person_records.*,
            assignments.contact_id,
            coalesce(assignments.account_id, lead_accounts.account_id) as account_id,
            assignments.method,
            assignments.confidence,
            case
                when
                    person_records.source = 'salesforce'
                    and person_records.object = 'Lead'
                then person_records.record_id
                when person_records.linked_record_id like '00Q%'
                then person_records.linked_record_id
            end as salesforce_lead_id,
            titles.seniority,
            titles.job_function
        from person_records
        inner join
            assignments
            on person_records.source = assignments.source
            and person_records.object = assignments.object
            and person_records.record_id = assignments.record_id
        left join
            lead_accounts
            on person_records.source = 'salesforce'
            and person_records.object = 'Lead'
            and person_records.record_id = lead_accounts.lead_id
        left join titles on person_records.title = titles.title
        where assignments.contact_id is not null
    )

select
    *,
    row_number() over (
        partition by contact_id
        order by
            case when merged_into_record_id is null then 0 else 1 end,
            case
                when object = 'Contact' then 0 when source = 'salesforce' then 1 else 2
            end,
            created_at desc,
            record_id
    ) as record_rank
from linked
