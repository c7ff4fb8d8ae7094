-- Who moved where, in place of what the last run found.
create or replace table ml.contact_moves as
select
    person_ids.entity_id as contact_id,
    previous_ids.entity_id as previous_account_id,
    account_ids.entity_id as account_id,
    next_ids.entity_id as next_contact_id,
    moves.moved_at,
    people.source as moved_to_source,
    people.object as moved_to_object,
    people.record_id as moved_to_record_id
from person_moves as moves
inner join person_ids on moves.root = person_ids.root
inner join people on moves.place = people.place
inner join account_ids on moves.account_root = account_ids.root
inner join account_ids as previous_ids on moves.previous_account_root = previous_ids.root
left join person_ids as next_ids on moves.next_root = next_ids.root
order by contact_id
