-- The account of each person: where they moved, else the one a live CRM contact of
-- theirs belongs to, else that of their
-- best-matched record.
create or replace temp table person_homes as
with
    found as (
        select
            person_members.root,
            any_value(
                person_accounts.root order by
                    people.merged_into_record_id is not null,
                    people.object != 'Contact',
                    person_accounts.confidence desc,
                    people.place
            ) as account_root
        from person_members
        inner join people on person_members.place = people.place
        inner join person_accounts on person_members.place = person_accounts.place
        group by person_members.root
    )

select found.root, coalesce(moves.account_root, found.account_root) as account_root
from found
left join person_moves as moves on found.root = moves.root and moves.next_root is null
