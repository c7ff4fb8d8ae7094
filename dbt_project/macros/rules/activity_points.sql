{#-
Decayed points per account, person, rule and product, not capped.

activities  account_id, contact_id, activity_type, subject, source, is_engagement, occurred_at
contents    rows of kinds_of_activities() over them
roles       rows of roles_of_contacts() over their people
-#}
{% macro points_of_activities(activities, contents, roles) %}
    {% set kind = [
        "activity_type",
        "subject",
        "source",
        "is_engagement",
        "page_count",
    ] %}
    with
        all_activities as (select * from {{ activities }}),
        contents as (select * from {{ contents }}),
        roles as (select * from {{ roles }} where multiplier <> 1),
        rules as ({{ scoring_rule_effects("activities") }}),
        conditions as ({{ scoring_rule_conditions("activities") }}),
        span as ({{ longest_window("rules") }}),
        days as ({{ days_of_activities("all_activities", "span") }}),
        activities as (
            select *
            from days
            union all
            {{ web_sessions("days") }}
        ),
        kinds as (
            select
                row_number() over () as kind_id,
                distinct_kinds.*,
                contents.content_type,
                contents.product
            from
                (
                    select distinct {{ kind | join(", ") }} from activities
                ) as distinct_kinds
            left join
                contents on {{ same_values("distinct_kinds", "contents", kind[:4]) }}
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
                        "page_count": "number",
                        "content_type": "text",
                        "product": "text",
                    },
                    "conditions",
                )
            }}
        ),
        matches as ({{ rule_matches("facts", "conditions") }}),
        rules_by_kind as (
            select kinds.*, matches.rule_id
            from matches
            inner join kinds on matches.entity_id = kinds.kind_id
            where matches.is_match
        ),
        scored as (
            select
                activities.account_id,
                activities.contact_id,
                rules.rule_id,
                rules_by_kind.product,
                activities.activity_count,
                activities.last_activity_at,
                activities.activity_count * cast(
                    {{ decayed_points("activities.activity_date") }}
                    * cast(coalesce(roles.multiplier, 1) as decimal(5, 2)) as decimal(
                        12, 4
                    )
                ) as points
            from activities
            inner join
                rules_by_kind on {{ same_values("activities", "rules_by_kind", kind) }}
            inner join
                rules
                on rules_by_kind.rule_id = rules.rule_id
                and {{ is_in_window("activities.activity_date") }}
            left join roles on activities.contact_id = roles.contact_id
        ),
        summed as (
            select
                account_id,
                contact_id,
                rule_id,
                product,
                sum(activity_count) as activity_count,
                cast(sum(points) as decimal(18, 4)) as points,
                max(last_activity_at) as last_activity_at
            from scored
            group by account_id, contact_id, rule_id, product
        )
    select *
    from summed
{% endmacro %}
