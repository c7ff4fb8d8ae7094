with
    rules as (select * from {{ ref("alert_rules") }} where is_enabled),
    targets as (select * from {{ ref("account_targets") }}),
    conditions as ({{ rule_conditions("rules", "alert_rule_id", "match") }}),
    facts as (
        {{ rule_facts("targets", "account_id", target_attributes(), "conditions") }}
        union all
        {{ unknown_facts("targets", "account_id", target_attributes(), "conditions") }}
    ),
    matches as ({{ rule_matches("facts", "conditions") }}),
    effects as (
        select
            alert_rule_id,
            min(event_type) as event_type,
            min(channels) as channels,
            min(template) as template
        from rules
        group by alert_rule_id
    ),
    counted as (
        select
            activities.account_id, activities.activity_type, count(*) as activity_count
        from {{ ref("fct_activities") }} as activities
        inner join
            (select distinct entity_id from matches where is_match) as alerted
            on activities.account_id = alerted.entity_id
        where
            activities.occurred_at >= {{ dbt.dateadd("day", -90, as_of_date()) }}
            and activities.occurred_at < {{ dbt.dateadd("day", 1, as_of_date()) }}
        group by activities.account_id, activities.activity_type
    ),
    recent as (
        select
            account_id,
            {{
                dbt.listagg(
                    "cast(activity_count as "
                    ~ dbt.type_string()
                    ~ ") || ' ' || activity_type",
                    "', '",
                    "order by activity_count desc, activity_type",
                )
            }} as recent_activity
        from counted
        group by account_id
    ),
    {%- set placeholders = {
        "tier": "targets.tier",
        "priority": "targets.priority",
        "overall_score": "cast(round(targets.overall_score, 0) as integer)",
        "fit_score": "cast(round(targets.fit_score, 0) as integer)",
        "intent_score": "cast(round(targets.intent_score, 0) as integer)",
        "last_intent_topic": "targets.last_intent_topic",
        "best_contact": "targets.best_contact",
        "owner_name": "targets.owner_name",
        "account_name": "targets.account_name",
        "recent_activity": "recent.recent_activity",
    } %}
    worded as (
        select
            effects.alert_rule_id || ':' || targets.account_id as alert_id,
            targets.account_id,
            effects.alert_rule_id,
            effects.event_type,
            effects.channels,
            {{ alert_words("effects.template", placeholders) }} as alert_text,
            targets.crm_url,
            targets.owner_email,
            targets.tier,
            targets.priority,
            targets.overall_score
        from matches
        inner join targets on matches.entity_id = targets.account_id
        left join recent on matches.entity_id = recent.account_id
        inner join effects on matches.rule_id = effects.alert_rule_id
        where matches.is_match
    )
select *
from worded
