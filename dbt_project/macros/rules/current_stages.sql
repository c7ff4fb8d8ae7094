{#-
Where each account or contact stands now: its last change, else unqualified, and why it may not become an MQL yet.
`key` names the entity's id; `carried` are further columns of int_stage_subjects.
-#}
{% macro current_stages(entity, key, carried=[]) %}
    with
        subjects as (
            select * from {{ ref("int_stage_subjects") }} where entity = '{{ entity }}'
        ),
        changes as (
            select *
            from {{ ref("fct_stage_changes") }}
            where entity = '{{ entity }}' and is_current
        ),
        stages as (select * from {{ ref("stages") }}),
        blocked as (
            select subjects.subject_id
            from subjects
            cross join ({{ stage_rule_effects() }}) as rules
            where
                rules.entity = subjects.entity
                and rules.to_stage = 'mql'
                and not {{ has_required_fields("subjects", "rules") }}
            group by subjects.subject_id
        ),
        final as (
            select
                subjects.entity_id as {{ key }},
                {%- for column in carried %} subjects.{{ column }}, {%- endfor %}
                stages.stage,
                stages.label,
                stages.owner,
                stages.position,
                changes.cause,
                changes.reason,
                changes.changed_by,
                case
                    when blocked.subject_id is not null and stages.position < 2
                    then 'missing required fields'
                end as blocked_reason,
                coalesce(changes.mql_count, 0) as mql_count,
                changes.days_in_stage,
                changes.changed_at
            from subjects
            left join changes on subjects.entity_id = changes.entity_id
            inner join stages on coalesce(changes.stage, 'unqualified') = stages.stage
            left join blocked on subjects.subject_id = blocked.subject_id
        )
    select *
    from final
{% endmacro %}
