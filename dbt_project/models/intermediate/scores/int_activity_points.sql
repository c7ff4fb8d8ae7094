with
    all_activities as (select * from {{ ref("fct_activities") }}),
    rules as ({{ scoring_rule_effects("activities") }}),
    conditions as ({{ scoring_rule_conditions("activities") }}),
    span as ({{ longest_window("rules") }}),
    activities as (
        select
            account_id,
            contact_id,
            activity_type,
            subject,
            source,
            is_engagement,
            cast(occurred_at as date) as activity_date,
            count(*) as activity_count,
            max(occurred_at) as last_activity_at
        from all_activities
        cross join span
        where
            (account_id is not null or contact_id is not null)
            and cast(occurred_at as date) <= {{ as_of_date() }}
            and {{ dbt.datediff("occurred_at", as_of_date(), "day") }}
            <= span.longest_days
        group by
            account_id,
            contact_id,
            activity_type,
            subject,
            source,
            is_engagement,
            cast(occurred_at as date)
    ),
    -- Rules are judged once per kind of activity: a few thousand kinds stand for
    -- millions of activities.
    kinds as (
        select
            row_number() over () as kind_id,
            activity_type,
            subject,
            source,
            is_engagement
        from
            (
                select distinct activity_type, subject, source, is_engagement
                from activities
            ) as distinct_kinds
    ),
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
                },
                "conditions",
            )
        }}
    ),
    matches as ({{ rule_matches("facts", "conditions") }}),
    rules_by_kind as (
        select
            kinds.activity_type,
            kinds.subject,
            kinds.source,
            kinds.is_engagement,
            matches.rule_id
        from matches
        inner join kinds on matches.entity_id = kinds.kind_id
        where matches.is_match
    ),
    scored as (
        select
            activities.account_id,
            activities.contact_id,
            rules.rule_id,
            activities.activity_count,
            activities.last_activity_at,
            activities.activity_count
            * {{ decayed_points("activities.activity_date") }} as points
        from activities
        inner join
            rules_by_kind
            on activities.activity_type is not distinct from rules_by_kind.activity_type
            and activities.subject is not distinct from rules_by_kind.subject
            and activities.source is not distinct from rules_by_kind.source
            and activities.is_engagement
            is not distinct from rules_by_kind.is_engagement
        inner join
            rules
            on rules_by_kind.rule_id = rules.rule_id
            and {{ is_in_window("activities.activity_date") }}
    ),
    summed as (
        select
            account_id,
            contact_id,
            rule_id,
            sum(activity_count) as activity_count,
            cast(sum(points) as decimal(18, 4)) as points,
            max(last_activity_at) as last_activity_at
        from scored
        group by account_id, contact_id, rule_id
    )
select *
from summed
