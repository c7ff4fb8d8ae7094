with
    all_signals as (select * from {{ ref("fct_intent_signals") }}),
    rules as ({{ scoring_rule_effects("intent_signals") }}),
    conditions as ({{ scoring_rule_conditions("intent_signals") }}),
    span as ({{ longest_window("rules") }}),
    signals as (
        select all_signals.*
        from all_signals
        cross join span
        where
            account_id is not null
            and week_date <= {{ as_of_date() }}
            and week_date >= span.first_day
    ),
    facts as (
        {{
            rule_facts(
                "signals",
                "intent_signal_id",
                {
                    "topic": "text",
                    "provider": "text",
                    "score": "number",
                    "score_delta": "number",
                },
                "conditions",
            )
        }}
    ),
    matches as ({{ rule_matches("facts", "conditions") }}),
    scored as (
        select
            signals.account_id,
            signals.topic,
            rules.rule_id,
            signals.week_date,
            signals.score,
            {{ decayed_points("signals.week_date") }} as points
        from matches
        inner join signals on matches.entity_id = signals.intent_signal_id
        inner join
            rules
            on matches.rule_id = rules.rule_id
            and {{ is_in_window("signals.week_date") }}
        where matches.is_match
    ),
    summed as (
        select
            account_id,
            topic,
            rule_id,
            count(*) as signal_count,
            cast(sum(points) as decimal(18, 4)) as points,
            max(week_date) as last_week_date,
            {{ last_value_by("score", "week_date") }} as last_score
        from scored
        group by account_id, topic, rule_id
    )
select *
from summed
