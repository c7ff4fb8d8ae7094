-- Links that the sources give themselves: merged records, a converted lead's contact, Marketo's CRM ids. Salesforce ids
-- are compared by their 15 case-sensitive characters and are unique across its objects.
select gone.place as left_place, survivor.place as right_place, 'crm_merge' as method
from people as gone
inner join
    people as survivor
    on gone.merged_into_record_id = survivor.record_id
    and gone.source = survivor.source
    and gone.object = survivor.object
where gone.place != survivor.place
union all
select linked.place as left_place, target.place as right_place, 'source_link' as method
from people as linked
inner join
    people as target
    on left(linked.linked_record_id, 15) = left(target.record_id, 15)
    and target.source = 'salesforce'
where linked.place != target.place
order by left_place, right_place, method
