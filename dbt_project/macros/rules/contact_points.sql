{#-
Points per person and rule, capped: for what they did and for who they are.

contacts         contact_id, seniority, job_function, title, country_code, is_opted_out, account_industry,
                 account_employee_count
activity_points  rows of points_of_activities()
-#}
{% macro points_of_contacts(contacts, activity_points) %}
    {% set attributes = {
        "seniority": "text",
        "job_function": "text",
        "title": "text",
        "country_code": "text",
        "is_opted_out": "boolean",
        "account_industry": "text",
        "account_employee_count": "number",
    } %}
    with
        contacts as (select * from {{ contacts }}),
        activity_points as (select * from {{ activity_points }}),
        profile_rules as ({{ scoring_rule_effects("contacts") }}),
        conditions as ({{ scoring_rule_conditions("contacts") }}),
        asked as (
            {{ asked_attributes("contacts", "contact_id", attributes, "conditions") }}
        ),
        kinds as ({{ rule_kinds("asked", attributes) }}),
        members as ({{ members_of_kinds("asked", "kinds", attributes) }}),
        facts as ({{ rule_facts("kinds", "kind_id", attributes, "conditions") }}),
        matches as ({{ met_rules("facts", "conditions") }}),
        rules as (
            select *
            from profile_rules
            union all
            {{ scoring_rule_effects("activities") }}
        ),
        earned as (
            select
                members.entity_id as contact_id,
                matches.rule_id,
                1 as event_count,
                cast(profile_rules.points as decimal(18, 4)) as points,
                cast(null as timestamp) as last_event_at
            from matches
            inner join members on matches.entity_id = members.kind_id
            inner join profile_rules on matches.rule_id = profile_rules.rule_id
            union all
            select
                contact_id,
                rule_id,
                sum(activity_count) as event_count,
                cast(sum(points) as decimal(18, 4)) as points,
                max(last_activity_at) as last_event_at
            from activity_points
            where contact_id is not null
            group by contact_id, rule_id
        ),
        capped as (
            select
                earned.contact_id,
                earned.rule_id,
                rules.component,
                rules.model,
                cast(earned.event_count as bigint) as event_count,
                {{ capped_points("earned.points") }} as points,
                earned.last_event_at
            from earned
            inner join rules on earned.rule_id = rules.rule_id
        )
    select *
    from capped
{% endmacro %}
