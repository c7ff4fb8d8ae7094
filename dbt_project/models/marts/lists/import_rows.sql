with
    list_rows as (
        select
            case when object = 'companies' then 'Company' else 'Lead' end as entity,
            *,
            -- A company or person that the list names more than once counts by its
            -- last row.
            max(case when status = 'accepted' then row_number end) over (
                partition by import_id, record_id
            ) as last_row_number
        from {{ ref("stg_files__rows") }}
    ),

    accounts as (
        select object as entity, record_id, account_id
        from {{ ref("stg_ml__account_records") }}
        where source = 'files'
    ),

    people as (
        select object as entity, record_id, contact_id, account_id
        from {{ ref("stg_ml__person_records") }}
        where source = 'files'
    ),

    known_accounts as (
        select distinct account_id
        from {{ ref("stg_ml__account_records") }}
        where source <> 'files' and account_id is not null
    ),

    known_people as (
        select distinct contact_id
        from {{ ref("stg_ml__person_records") }}
        where source <> 'files' and contact_id is not null
    ),

    resolved as (
        select
            list_rows.*,
            people.contact_id,
            coalesce(people.account_id, accounts.account_id) as account_id,
            list_rows.status = 'accepted'
            and list_rows.row_number < list_rows.last_row_number as is_repeated,
            case
                when list_rows.entity = 'Company'
                then known_accounts.account_id is not null
                else known_people.contact_id is not null
            end as is_known
        from list_rows
        left join
            accounts
            on list_rows.entity = accounts.entity
            and list_rows.record_id = accounts.record_id
        left join
            people
            on list_rows.entity = people.entity
            and list_rows.record_id = people.record_id
        left join known_accounts on accounts.account_id = known_accounts.account_id
        left join known_people on people.contact_id = known_people.contact_id
    )

select
    import_id,
    row_number,
    record_id,
    case when not is_repeated then account_id end as account_id,
    case when not is_repeated then contact_id end as contact_id,
    list_name,
    object,
    case
        when status = 'rejected' or is_repeated
        then 'rejected'
        when is_known
        then 'matched'
        else 'new'
    end as outcome,
    case
        when is_repeated
        then 'repeated in row ' || cast(last_row_number as text)
        else reason
    end as reason,
    imported_at
from resolved
