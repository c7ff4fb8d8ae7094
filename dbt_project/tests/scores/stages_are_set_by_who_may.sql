-- Who set a stage by hand may set the stages of its owner (seeds stages,
-- stage_authors).
select changes.entity, changes.entity_id, changes.stage, changes.changed_by
from {{ ref("stage_changes") }} as changes
inner join {{ ref("stages") }} as stages on changes.stage = stages.stage
left join
    {{ ref("stage_authors") }} as named
    on lower(changes.changed_by) = lower(named.changed_by)
left join {{ ref("stage_authors") }} as everybody on everybody.changed_by = '*'
where
    coalesce(named.may_set, everybody.may_set, 'none') <> 'all'
    and coalesce(named.may_set, everybody.may_set, 'none') <> stages.owner
