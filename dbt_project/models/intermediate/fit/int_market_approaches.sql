{{ config(materialized="view") }}
-- What the intake's answers say for each approach, and which one is in force.
with
    answers as (select * from {{ ref("intake_answers") }}),
    approaches as (select * from {{ ref("icp_approaches") }}),
    rules as (select * from {{ ref("approach_rules") }}),
    conditions as ({{ rule_conditions("rules", "rule_id", "match") }}),
    facts as (
        select
            'intake' as entity_id,
            attribute,
            answer as value_text,
            lower(trim(answer)) as value_key,
            {{ cast_or_null("answer", "double") }} as value_number,
            cast(null as {{ rule_list_type() }}) as value_list
        from answers
    ),
    matches as ({{ rule_matches("facts", "conditions") }}),
    effects as (
        select
            rule_id,
            min(approach) as approach,
            min(points) as points,
            min(reason) as reason,
            bool_or(is_gap) as is_gap
        from rules
        group by rule_id
    ),
    spoken_for as (
        select
            effects.approach,
            sum(effects.points) as points,
            {{
                dbt.listagg(
                    "effects.reason",
                    "'; '",
                    "order by effects.points desc, effects.rule_id",
                )
            }} as reasons
        from matches
        inner join effects on matches.rule_id = effects.rule_id
        where matches.is_match
        group by effects.approach
    ),
    gaps as (
        select
            {{ dbt.listagg("effects.reason", "'; '", "order by effects.rule_id") }}
            as gap_notes
        from matches
        inner join effects on matches.rule_id = effects.rule_id
        where matches.is_match and effects.is_gap
    ),
    ranked as (
        select
            approaches.*,
            coalesce(spoken_for.points, 0) as points,
            spoken_for.reasons,
            row_number() over (
                order by
                    coalesce(spoken_for.points, 0) desc,
                    approaches.approach_number nulls last
            ) as place,
            lead(coalesce(spoken_for.points, 0)) over (
                order by
                    coalesce(spoken_for.points, 0) desc,
                    approaches.approach_number nulls last
            ) as next_points
        from approaches
        left join spoken_for on approaches.approach = spoken_for.approach
    ),
    chosen as (
        select
            coalesce(
                (select answer from answers where attribute = 'approach'),
                (select approach from ranked where place = 1)
            ) as approach
    )
select
    ranked.approach,
    ranked.approach_number,
    ranked.approach_name,
    ranked.complexity,
    ranked.market_mode,
    ranked.minimum_t1_accounts,
    ranked.maximum_t1_accounts,
    ranked.maximum_blocked_percent,
    cast(ranked.points as integer) as points,
    cast(ranked.place as integer) as place,
    ranked.place = 1 as is_recommended,
    ranked.approach = chosen.approach as is_chosen,
    -- A tie, or an answer on which the playbook is silent, is for people to decide.
    ranked.place = 1
    and (
        coalesce(ranked.points = ranked.next_points, false)
        or gaps.gap_notes is not null
    ) as needs_decision,
    ranked.reasons,
    gaps.gap_notes
from ranked
cross join chosen
cross join gaps
