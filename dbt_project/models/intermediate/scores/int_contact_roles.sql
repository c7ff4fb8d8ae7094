{% set attributes = {"seniority": "text", "job_function": "text"} %}
with
    contacts as (select * from {{ ref("int_contacts") }}),
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
            {{ first_value_by("roles.buying_role", "roles.priority") }} as buying_role,
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
