with
    contacts as (
        select *, coalesce(salesforce_contact_id, salesforce_lead_id) as who_id
        from {{ ref("dim_contacts") }}
        where owner_user_id is not null
    ),
    stages as (
        select *, cast(changed_at as date) as changed_date
        from {{ ref("contact_stages") }}
        where stage = 'mql'
    ),
    accounts as (select * from {{ ref("dim_accounts") }}),
    final as (
        select
            'mql:' || contacts.contact_id || ':' || stages.mql_count as task_key,
            contacts.contact_id,
            contacts.who_id,
            contacts.owner_user_id,
            left(
                'Follow up: new MQL' || coalesce(' at ' || accounts.account_name, ''),
                255
            ) as subject,
            cast(
                {{ dbt.dateadd("day", 1, "stages.changed_date") }} as date
            ) as due_date,
            'Not Started' as task_status,
            'High' as priority,
            stages.reason as task_reason
        from contacts
        inner join stages on contacts.contact_id = stages.contact_id
        left join accounts on contacts.account_id = accounts.account_id
        where
            contacts.who_id is not null
            and stages.changed_date
            >= cast({{ dbt.dateadd("day", -7, as_of_date()) }} as date)
    )
select *
from final
