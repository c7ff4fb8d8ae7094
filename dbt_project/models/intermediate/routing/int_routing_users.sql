-- Groups are rules over the CRM's users: whoever meets all conditions of one of a
-- group's rules belongs to it.
{% set attributes = {
    "user_id": "text",
    "user_name": "text",
    "username": "text",
    "email": "text",
    "title": "text",
    "department": "text",
    "time_zone": "text",
    "user_type": "text",
    "manager_user_id": "text",
} %}
with
    users as (select * from {{ ref("stg_salesforce__users") }}),
    groups as (select * from {{ ref("user_groups") }}),
    settings as (select * from {{ ref("routing_settings") }}),
    conditions as ({{ rule_conditions("groups", "rule_id") }}),
    facts as ({{ rule_facts("users", "user_id", attributes, "conditions") }}),
    met as ({{ met_rules("facts", "conditions") }}),
    members as (
        select
            met.entity_id as user_id,
            {{
                dbt.listagg(
                    "distinct groups.user_group", "'|'", "order by groups.user_group"
                )
            }} as user_groups
        from met
        inner join groups on met.rule_id = groups.rule_id
        group by met.entity_id
    ),
    final as (
        select
            users.user_id,
            users.manager_user_id,
            users.user_name,
            users.username,
            users.email,
            users.title,
            coalesce(
                case
                    when {{ is_time_zone("users.time_zone") }} then users.time_zone
                end,
                (select max(value) from settings where setting = 'default_time_zone')
            ) as time_zone,
            coalesce(
                {{ split_values("members.user_groups") }}, {{ empty_list() }}
            ) as user_groups,
            coalesce(users.is_active, false) as is_active
        from users
        left join members on users.user_id = members.user_id
    )
select *
from final
