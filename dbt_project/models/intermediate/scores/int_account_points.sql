with
    activity_points as (select * from {{ ref("int_activity_points") }}),
    intent_points as (select * from {{ ref("int_intent_points") }}),
    rules as (
        {{ scoring_rule_effects("activities") }}
        union all
        {{ scoring_rule_effects("intent_signals") }}
    ),
    earned as (
        select
            account_id,
            rule_id,
            cast(sum(points) as decimal(18, 4)) as points,
            sum(activity_count) as event_count,
            max(last_activity_at) as last_event_at
        from activity_points
        where account_id is not null
        group by account_id, rule_id
        union all
        select
            account_id,
            rule_id,
            cast(sum(points) as decimal(18, 4)) as points,
            sum(signal_count) as event_count,
            max(cast(last_week_date as timestamp)) as last_event_at
        from intent_points
        group by account_id, rule_id
    ),
    capped as (
        select
            earned.account_id,
            earned.rule_id,
            rules.component,
            rules.model,
            cast(earned.event_count as bigint) as event_count,
            cast(earned.points as decimal(18, 2)) as uncapped_points,
            {{ capped_points("earned.points") }} as points,
            earned.last_event_at
        from earned
        inner join rules on earned.rule_id = rules.rule_id
    )
select *
from capped
