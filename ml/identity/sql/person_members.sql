-- Every person record with its person; a record that nothing links stands for itself.
create or replace temp table person_members as
select
    people.place,
    coalesce(linked_people.root, people.place) as root,
    coalesce(linked_people.method, 'main_record') as method,
    coalesce(linked_people.confidence, 1.0) as confidence
from people
left join linked_people on people.place = linked_people.place
