-- Pairs on which a person decided, by place; the earlier place first.
create or replace temp table company_decisions as
select distinct least(one.place, other.place) as left_place, greatest(one.place, other.place) as right_place, wanted.decision
from decided as wanted
inner join
    companies as one
    on wanted.left_source = one.source
    and wanted.left_object = one.object
    and wanted.left_record_id = one.record_id
inner join
    companies as other
    on wanted.right_source = other.source
    and wanted.right_object = other.object
    and wanted.right_record_id = other.record_id
where one.place != other.place;

create or replace temp table person_decisions as
select distinct least(one.place, other.place) as left_place, greatest(one.place, other.place) as right_place, wanted.decision
from decided as wanted
inner join
    people as one
    on wanted.left_source = one.source
    and wanted.left_object = one.object
    and wanted.left_record_id = one.record_id
inner join
    people as other
    on wanted.right_source = other.source
    and wanted.right_object = other.object
    and wanted.right_record_id = other.record_id
where one.place != other.place
