-- Where a person who moved is to become a new contact, the records at the new company
-- leave the old one.
create or replace temp table moved_members as
with
    leaving as (
        select members.place, moves.root, min(members.place) over (partition by moves.root) as new_root
        from person_members as members
        inner join person_moves as moves on members.root = moves.root
        inner join people on members.place = people.place
        left join person_accounts on members.place = person_accounts.place
        left join email_domains on split_part(people.email, '@', -1) = email_domains.email_host
        where person_accounts.root = moves.account_root
            or (person_accounts.root is null and email_domains.domain = moves.domain)
    ),

-- The main record's place names a group; one that leaves hands the name to the next.
    staying as (
        select members.place, members.root, min(members.place) over (partition by members.root) as new_root
        from person_members as members
        inner join person_moves as moves on members.root = moves.root
        where members.place not in (select place from leaving)
    )

select place, root as old_root, new_root, true as is_leaving from leaving
union all
select place, root as old_root, new_root, false as is_leaving from staying;

update person_members
set
    root = moved_members.new_root,
    method = case when person_members.place = moved_members.new_root then 'main_record' else person_members.method end,
    confidence = case when person_members.place = moved_members.new_root then 1 else person_members.confidence end
from moved_members
where person_members.place = moved_members.place;

create or replace temp table person_moves as
select moves.* exclude (root, next_root), stayed.new_root as root, left_one.new_root as next_root
from person_moves as moves
inner join (select distinct old_root, new_root from moved_members where is_leaving) as left_one on moves.root = left_one.old_root
inner join (select distinct old_root, new_root from moved_members where not is_leaving) as stayed on moves.root = stayed.old_root
