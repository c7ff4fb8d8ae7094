with
    contacts as (
        select
            contacts.*,
            accounts.industry as account_industry,
            accounts.employee_count as account_employee_count
        from {{ ref("int_contacts") }} as contacts
        left join
            {{ ref("int_accounts") }} as accounts
            on contacts.account_id = accounts.account_id
    ),
    points as ({{ points_of_contacts("contacts", ref("int_activity_points")) }})
select *
from points
