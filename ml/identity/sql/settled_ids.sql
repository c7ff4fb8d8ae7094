-- What the last run knew of this run's groups. A group is settled when all its
-- records carried one id that was present
-- and that no other group's records carried.
create or replace temp table remembered as
with
    -- Filtered beforehand: with a constant among its conditions DuckDB would compare
    -- every pair in a left join.
    memory as (select * from ml.identity_memory where entity = '{entity}')

select members.root, members.place, records.source, records.object, records.record_id, memory.entity_id, memory.is_present
from {members} as members
inner join {records} as records on members.place = records.place
left join
    memory
    on records.source = memory.source
    and records.object = memory.object
    and records.record_id = memory.record_id;

create or replace temp table settled as
with
    agreed as (
        select root, min(entity_id) as entity_id
        from remembered
        group by root
        having count(entity_id) = count(*) and count(distinct entity_id) = 1 and bool_and(is_present)
    ),

    claimed as (
        select entity_id
        from remembered
        where entity_id is not null
        group by entity_id
        having count(distinct root) = 1
    )

select agreed.root, agreed.entity_id
from agreed
inner join claimed on agreed.entity_id = claimed.entity_id;

create or replace temp table unsettled as
select *
from remembered
where root not in (select root from settled)
