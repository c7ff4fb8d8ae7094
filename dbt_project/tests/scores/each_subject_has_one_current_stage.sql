-- Exactly one change of each account and person lasts.
select entity, entity_id, count(*) as current_count
from {{ ref("fct_stage_changes") }}
where is_current
group by entity, entity_id
having count(*) <> 1
