-- Which account a record goes to among those that fit alike: the order of the tie-breakers, lowest first.
create or replace temp table account_ranks as
with
    contacts as (select root, count(*) as contact_count from contact_homes group by root),

    changes as (
        select account_members.root, max(companies.updated_at) as changed_at
        from account_members
        inner join companies on account_members.place = companies.place
        group by account_members.root
    ),

    accounts as (
        select
            profiles.root,
            profiles.is_customer,
            profiles.is_branch,
            profiles.created_at,
            coalesce(contacts.contact_count, 0) as contact_count,
            changes.changed_at
        from account_profiles as profiles
        left join contacts on profiles.root = contacts.root
        left join changes on profiles.root = changes.root
    )

select root, row_number() over (order by {order}) as rank
from accounts
