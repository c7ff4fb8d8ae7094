{#-
Leads that nobody followed up in time: handed over by the flow to the user who still has them, untouched since (no task,
no event, no later stage), for longer than setting sla_working_hours in the owner's working time. They are given to
somebody else as often in a row as setting sla_reassignments says.

leads     CTE of int_routing_leads
logged    CTE of routing_log()
standing  CTE of routing_standing()
users     CTE of int_routing_users
-#}
{% macro routing_breaches(leads, logged, standing, users) %}
    with
        terms as ({{ sla_terms() }}),
        handed as (
            select
                lead_id,
                max_by(owner_id, decided_at) as owner_id,
                max(decided_at) as begins_at,
                max(case when trigger <> 'reassigned' then decided_at end) as fresh_at
            from {{ logged }}
            where outcome = 'owner' and {{ differs("previous_owner_id", "owner_id") }}
            group by lead_id
        ),
        tries as (
            select logged.lead_id, count(*) as try_count
            from {{ logged }} as logged
            inner join handed on logged.lead_id = handed.lead_id
            where logged.trigger = 'reassigned' and logged.decided_at > handed.fresh_at
            group by logged.lead_id
        ),
        clocks as (
            select
                leads.lead_id,
                terms.schedule,
                users.time_zone,
                handed.begins_at,
                leads.routed_at as ends_at
            from handed
            inner join
                {{ standing }} as standing
                on handed.lead_id = standing.lead_id
                and handed.owner_id = standing.assigned_to_id
            inner join
                {{ leads }} as leads
                on handed.lead_id = leads.lead_id
                and handed.owner_id = leads.owner_user_id
            inner join {{ users }} as users on handed.owner_id = users.user_id
            cross join terms
            left join tries on handed.lead_id = tries.lead_id
            where
                coalesce(tries.try_count, 0) < terms.reassignments
                and coalesce(leads.stage, '') not in ('sql', 'opportunity')
                and coalesce(leads.last_touched_at < handed.begins_at, true)
        ),
        worked as ({{ working_seconds("clocks") }})
    select worked.lead_id
    from worked
    inner join terms on worked.worked_seconds > terms.sla_seconds
{% endmacro %}

{#- The terms of following up, from seed routing_settings; sla_seconds is null when nobody keeps time. -#}
{% macro sla_terms() %}
    select
        3600 * max(
            case
                when setting = 'sla_working_hours'
                then {{ cast_or_null("value", "double") }}
            end
        ) as sla_seconds,
        max(case when setting = 'sla_schedule' then value end) as schedule,
        coalesce(
            max(
                case
                    when setting = 'sla_reassignments'
                    then {{ cast_or_null("value", "integer") }}
                end
            ),
            0
        ) as reassignments
    from {{ ref("routing_settings") }}
{% endmacro %}
