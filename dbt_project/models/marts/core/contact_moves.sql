with
    moves as (select * from {{ ref("stg_ml__contact_moves") }}),

    person_records as (select * from {{ ref("int_person_records__linked") }}),

    -- What the CRM holds of each person at each account by its own word.
    crm_contacts as (
        select distinct
            links.contact_id,
            accounts.account_id,
            {{ first_value_by("records.record_id", "links.record_rank") }}
            as salesforce_contact_id
        from {{ ref("int_person_records") }} as records
        inner join
            person_records as links
            on records.source = links.source
            and records.object = links.object
            and records.record_id = links.record_id
        inner join
            {{ ref("int_account_records") }} as accounts
            on records.source = accounts.source
            and accounts.object = 'Account'
            and records.account_record_id = accounts.record_id
        where
            records.source = 'salesforce'
            and records.object = 'Contact'
            and records.merged_into_record_id is null
        group by links.contact_id, accounts.account_id
    )

select
    moves.contact_id,
    moves.previous_account_id,
    moves.account_id,
    moves.next_contact_id,
    previous_contacts.salesforce_contact_id as previous_salesforce_contact_id,
    crm_contacts.salesforce_contact_id,
    case
        when crm_contacts.salesforce_contact_id is not null
        then 'none'
        when moves.next_contact_id is not null
        then 'create_contact'
        else 'append_to_account'
    end as action,
    moves.moved_to_source,
    moves.moved_to_object,
    moves.moved_to_record_id,
    moves.moved_at
from moves
left join
    crm_contacts as previous_contacts
    on moves.contact_id = previous_contacts.contact_id
    and moves.previous_account_id = previous_contacts.account_id
left join
    crm_contacts
    on coalesce(moves.next_contact_id, moves.contact_id) = crm_contacts.contact_id
    and moves.account_id = crm_contacts.account_id
