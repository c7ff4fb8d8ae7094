-- CRM accounts that were merged into another one that is still known.
select gone.place as left_place, survivor.place as right_place
from companies as gone
inner join
    companies as survivor
    on gone.merged_into_record_id = survivor.record_id
    and gone.source = survivor.source
    and gone.object = survivor.object
where gone.is_account and gone.place != survivor.place
order by left_place, right_place
