{% set kind = ["activity_type", "subject", "source", "is_engagement"] %}
with
    activities as (
        select * from {{ ref("fct_activities") }} where account_id is not null
    ),
    kinds as (select * from {{ ref("int_activity_kinds") }}),
    signals as (
        select * from {{ ref("fct_intent_signals") }} where account_id is not null
    ),
    fits as (select * from {{ ref("int_accounts__fit") }}),
    weights as (
        select
            {{ weight_of("fit") }} as fit_weight,
            {{ weight_of("interest") }} as interest_weight
        from {{ ref("score_models") }}
        where model = 'default' and is_enabled
    ),
    conditions as ({{ scoring_rule_conditions("activities") }}),
    facts as (
        {{
            rule_facts(
                "kinds",
                "kind_id",
                {
                    "activity_type": "text",
                    "subject": "text",
                    "source": "text",
                    "is_engagement": "boolean",
                    "content_type": "text",
                    "product": "text",
                },
                "conditions",
            )
        }}
    ),
    matches as ({{ met_rules("facts", "conditions") }}),
    signal_conditions as ({{ scoring_rule_conditions("intent_signals") }}),
    signal_facts as (
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
                "signal_conditions",
            )
        }}
    ),
    signal_matches as ({{ met_rules("signal_facts", "signal_conditions") }}),
    rules as (
        {{ scoring_rule_effects("activities") }}
        union all
        {{ scoring_rule_effects("intent_signals") }}
    ),
    met as (
        select activities.account_id, matches.rule_id, activities.occurred_at
        from activities
        inner join kinds on {{ same_values("activities", "kinds", kind) }}
        inner join matches on kinds.kind_id = matches.entity_id
        union all
        -- A week's surge is known when the week is over.
        select
            signals.account_id,
            signal_matches.rule_id,
            {{ dbt.dateadd("day", 7, "cast(signals.week_date as timestamp)") }}
            as occurred_at
        from signals
        inner join signal_matches on signals.intent_signal_id = signal_matches.entity_id
    )
select
    met.account_id,
    met.rule_id,
    cast(weights.interest_weight * rules.points as double) as points,
    rules.window_days,
    cast(rules.half_life_days as double) as half_life_days,
    cast(
        weights.interest_weight * coalesce(rules.cap_points, 1000000) as double
    ) as cap_points,
    met.occurred_at as happened_at
from met
inner join rules on met.rule_id = rules.rule_id
cross join weights
where coalesce(rules.model, 'default') = 'default'
union all
select
    fits.account_id,
    'fit' as rule_id,
    cast(weights.fit_weight * fits.fit_score as double) as points,
    cast(null as integer) as window_days,
    cast(null as double) as half_life_days,
    cast(100 as double) as cap_points,
    timestamp '1970-01-01' as happened_at
from fits
cross join weights
where fits.fit_score is not null
