{#-
The steps from what people did to their points, each a query over the relations that it is given: the market's own
(int_activity_kinds, int_contact_roles, int_activity_points, int_contact_points) or invented ones (golden profiles).
Rules are judged once per kind of activity: a few thousand kinds stand for millions of activities.
-#}
{% macro kinds_of_activities(activities) %}
    with
        activities as (select * from {{ activities }}),
        catalogue as (select * from {{ ref("content_catalogue") }}),
        kinds as (
            select
                {{ activity_kind_id() }} as kind_id,
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
        conditions as ({{ rule_conditions("catalogue", "content") }}),
        facts as (
            {{
                rule_facts(
                    "kinds",
                    "kind_id",
                    {"activity_type": "text", "subject": "text", "source": "text"},
                    "conditions",
                )
            }}
        ),
        matches as ({{ rule_matches("facts", "conditions", is_single=true) }}),
        contents as (
            select
                matches.entity_id as kind_id,
                {{ first_value_by("catalogue.content_type", "catalogue.priority") }}
                as content_type,
                {{ first_value_by("catalogue.product", "catalogue.priority") }}
                as product
            from matches
            inner join catalogue on matches.rule_id = catalogue.content
            where matches.is_match
            group by matches.entity_id
        ),
        final as (
            select kinds.*, contents.content_type, contents.product
            from kinds
            left join contents on kinds.kind_id = contents.kind_id
        )
    select *
    from final
{% endmacro %}

{#- Each person's role in a purchase and the factor on their points. -#}
{% macro roles_of_contacts(contacts) %}
    {% set attributes = {"seniority": "text", "job_function": "text"} %}
    with
        contacts as (select * from {{ contacts }}),
        roles as (select * from {{ ref("buying_roles") }}),
        conditions as ({{ rule_conditions("roles", "buying_role") }}),
        asked as (
            {{ asked_attributes("contacts", "contact_id", attributes, "conditions") }}
        ),
        kinds as ({{ rule_kinds("asked", attributes) }}),
        members as ({{ members_of_kinds("asked", "kinds", attributes) }}),
        facts as ({{ rule_facts("kinds", "kind_id", attributes, "conditions") }}),
        matches as ({{ met_rules("facts", "conditions") }}),
        firsts as (
            select
                matches.entity_id as kind_id,
                {{ first_value_by("roles.buying_role", "roles.priority") }}
                as buying_role,
                {{ first_value_by("roles.multiplier", "roles.priority") }} as multiplier
            from matches
            inner join roles on matches.rule_id = roles.buying_role
            group by matches.entity_id
        ),
        final as (
            select
                members.entity_id as contact_id,
                coalesce(firsts.buying_role, 'unknown') as buying_role,
                coalesce(firsts.multiplier, 1) as multiplier
            from members
            left join firsts on members.kind_id = firsts.kind_id
        )
    select *
    from final
{% endmacro %}
