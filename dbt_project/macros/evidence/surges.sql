{#- Signals that an intent rule gives points for, whatever their age, with the days for which the rule counts them. -#}
{% macro surges_of(signals) %}
    with
        rules as ({{ scoring_rule_effects("intent_signals") }}),
        conditions as ({{ scoring_rule_conditions("intent_signals") }}),
        facts as (
            {{
                rule_facts(
                    signals,
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
        matches as ({{ rule_matches("facts", "conditions") }})
    select
        {{ signals }}.account_id,
        {{ signals }}.topic,
        {{ signals }}.week_date,
        rules.window_days
    from matches
    inner join {{ signals }} on matches.entity_id = {{ signals }}.intent_signal_id
    inner join rules on matches.rule_id = rules.rule_id
    where matches.is_match and rules.points > 0
{% endmacro %}
