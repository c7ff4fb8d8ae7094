-- What joins person records: links that the sources give themselves (merged records,
-- a converted lead's contact,
-- Marketo's CRM ids) and the pairs that are alike enough. Salesforce ids are unique
-- across its objects and are compared
-- by their 15 case-sensitive characters.
create or replace temp table person_links as
with
    merged as (
        select gone.place as one, survivor.place as other, 'crm_merge' as method
        from people as gone
        inner join
            people as survivor
            on gone.merged_into_record_id = survivor.record_id
            and gone.source = survivor.source
            and gone.object = survivor.object
    ),

    linked as (
        select record.place as one, target.place as other, 'source_link' as method
        from people as record
        inner join people as target on left(record.linked_record_id, 15) = left(target.record_id, 15)
        where target.source = 'salesforce'
    ),

    decided as (
        select left_place as one, right_place as other, 'decision' as method
        from person_decisions
        where decision = 'same'
    ),

    given as (select * from merged union all select * from linked union all select * from decided)

select least(one, other) as left_place, greatest(one, other) as right_place, cast(1 as double) as score, true as is_given, method
from given
where one != other
union all
select left_place, right_place, score, false as is_given, method
from person_pairs
where score >= {link}
