{#- Rules of the maps, one row per rule; a person or queue that the CRM does not know is nobody. -#}
{% macro routing_map_rules(people, queues) %}
    select
        maps.routing_map,
        maps.rule_id,
        min(maps.priority) as priority,
        min(maps.valid_from) as valid_from,
        min(maps.valid_to) as valid_to,
        min(people.user_id) as user_id,
        min(
            case when maps.assignee_kind = 'rotation' then maps.assignee end
        ) as rotation,
        min(queues.queue) as queue,
        min(queues.queue_id) as queue_id
    from {{ ref("routing_maps") }} as maps
    left join
        {{ people }} as people
        on maps.assignee_kind = 'user'
        and {{ refers_to("people.reference", "maps.assignee") }}
    left join
        {{ queues }} as queues
        on maps.assignee_kind = 'queue'
        and queues.queue_key = lower(maps.assignee)
    group by maps.routing_map, maps.rule_id
{% endmacro %}

{#-
Whom each node that looks for somebody would give a lead to, before anybody's presence is asked: the user named by an
attribute, a rotation, or the assignees of the map's rules that match and are in force.
-#}
{% macro routing_options(leads, flow, maps, met, facts) %}
    {%- set absent = "cast(null as " ~ dbt.type_string() ~ ")" %}
    with
        reached as (
            select
                leads.lead_id,
                leads.routed_at,
                leads.left_out_id,
                flow.node,
                flow.action,
                flow.target
            from {{ leads }} as leads
            cross join {{ flow }} as flow
            where
                not flow.has_conditions and flow.action in ('owner', 'map', 'rotation')
            union all
            select
                leads.lead_id,
                leads.routed_at,
                leads.left_out_id,
                flow.node,
                flow.action,
                flow.target
            from {{ met }} as met
            inner join {{ flow }} as flow on met.rule_id = 'node:' || flow.node
            inner join {{ leads }} as leads on met.entity_id = leads.lead_id
            where flow.action in ('owner', 'map', 'rotation')
        ),
        matching as (
            select met.entity_id as lead_id, maps.*
            from {{ met }} as met
            inner join
                {{ maps }} as maps
                on met.rule_id = 'map:' || maps.routing_map || ':' || maps.rule_id
        )
    select
        reached.lead_id,
        reached.routed_at,
        reached.left_out_id,
        reached.node,
        1 as priority,
        facts.value_text as user_id,
        {{ absent }} as rotation,
        {{ absent }} as queue,
        {{ absent }} as queue_id
    from reached
    inner join
        {{ facts }} as facts
        on reached.lead_id = facts.entity_id
        and reached.target = facts.attribute
    where reached.action = 'owner' and facts.value_text is not null
    union all
    select
        lead_id,
        routed_at,
        left_out_id,
        node,
        1 as priority,
        {{ absent }} as user_id,
        target as rotation,
        {{ absent }} as queue,
        {{ absent }} as queue_id
    from reached
    where action = 'rotation'
    union all
    select
        reached.lead_id,
        reached.routed_at,
        reached.left_out_id,
        reached.node,
        matching.priority,
        matching.user_id,
        matching.rotation,
        matching.queue,
        matching.queue_id
    from reached
    inner join
        matching
        on reached.lead_id = matching.lead_id
        and reached.target = matching.routing_map
    where reached.action = 'map' and {{ is_valid_at("matching", "reached.routed_at") }}
{% endmacro %}

{#- The nodes that each lead passes, as the sum of their bits. -#}
{% macro routing_signatures(leads, flow, met, candidates) %}
    {%- set ends_itself = "(flow.action in ('continue', 'stop', 'suppress') or (flow.action = 'queue' and flow.queue_id is not null))" %}
    with
        passed as (
            select met.entity_id as lead_id, flow.bit
            from {{ met }} as met
            inner join {{ flow }} as flow on met.rule_id = 'node:' || flow.node
            where {{ ends_itself }}
            union all
            select candidates.lead_id, flow.bit
            from {{ candidates }} as candidates
            inner join {{ flow }} as flow on candidates.node = flow.node
            union all
            select leads.lead_id, always.bit
            from {{ leads }} as leads
            cross join
                (
                    select coalesce(sum(flow.bit), 0) as bit
                    from {{ flow }} as flow
                    where not flow.has_conditions and {{ ends_itself }}
                ) as always
        )
    select lead_id, {{ signature_bits("sum(bit)") }} as signature
    from passed
    group by lead_id
{% endmacro %}

{#- Per signature: the node that decides, the way to it, and the values that the nodes on it set. -#}
{% macro routing_outcomes(ways) %}
    select
        signature,
        max(case when is_end then node end) as node,
        max(case when is_end then action end) as action,
        max(case when is_end then section end) as section,
        max(case when is_end then reason end) as reason,
        max(case when is_end then queue end) as queue,
        max(case when is_end then queue_id end) as queue_id,
        max(case when is_end then activation_target end) as activation_target,
        bool_or(is_end and is_warning) as is_warning,
        max(flow_version) as flow_version,
        {{ dbt.listagg("node", "' > '", "order by step") }} as path,
        {{
            dbt.listagg(
                "case when passes then field_values end", "'|'", "order by step"
            )
        }} as field_values
    from {{ ways }}
    group by signature
{% endmacro %}

{#- One row per lead with its outcome: who or which queue, or why nobody. -#}
{% macro routing_results(ended, turns, queues, users) %}
    {%- set is_overflow = "ended.rotation is not null and turns.owner_id is null and not turns.is_held" %}
    {%- set owner = "coalesce(ended.named_owner_id, turns.owner_id)" %}
    with
        results as (
            select
                ended.*,
                {{ owner }} as owner_id,
                case
                    when ended.queue_id is not null
                    then ended.queue
                    when {{ is_overflow }}
                    then overflows.queue
                end as final_queue,
                case
                    when ended.queue_id is not null
                    then ended.queue_id
                    when {{ is_overflow }}
                    then overflows.queue_id
                end as final_queue_id,
                turns.rotation_pool,
                coalesce(turns.is_turn, false) as is_turn,
                coalesce(turns.is_held, false) as is_now_held,
                {{ is_overflow }} as is_overflow
            from {{ ended }} as ended
            left join {{ turns }} as turns on ended.lead_id = turns.lead_id
            left join
                {{ queues }} as overflows
                on turns.overflow_queue is not null
                and overflows.queue_key = lower(turns.overflow_queue)
        )
    select
        md5(
            results.lead_id
            || '|'
            || cast({{ routing_decided_at() }} as {{ dbt.type_string() }})
        ) as decision_id,
        results.lead_id,
        results.account_id,
        case
            when results.owner_id is not null
            then 'owner'
            when results.final_queue_id is not null
            then 'queue'
            when results.action = 'suppress'
            then 'suppressed'
            else 'not_routed'
        end as outcome,
        results.owner_id,
        results.final_queue as queue,
        results.final_queue_id as queue_id,
        results.owner_user_id as previous_owner_id,
        case when results.is_mql then account_owners.user_id end as notified_user_id,
        coalesce(results.section, 'validation') as section,
        results.node,
        results.path,
        results.evidence,
        case
            when results.node is null
            then 'The flow ends without an outcome'
            when results.is_now_held
            then 'Waits until somebody of the rotation works'
            when results.is_overflow
            then 'Nobody of the rotation has capacity left'
            when results.named_user_id <> results.owner_id
            then results.reason || '; stand-in'
            when results.is_reassigned
            then results.reason || '; nobody had followed up in time'
            else results.reason
        end as reason,
        results.rotation,
        results.rotation_pool,
        results.field_values,
        results.flow_version,
        coalesce(results.activation_target, 'crm') as activation_target,
        case
            when results.is_sweep
            then 'sweep'
            when results.is_reassigned
            then 'reassigned'
            when results.is_new
            then 'new'
            else 'updated'
        end as trigger,
        results.change_key,
        results.is_turn,
        results.is_now_held as is_held,
        results.is_warning
        or results.node is null
        or coalesce(results.is_overflow, false) as is_warning,
        results.is_manually_assigned and results.action = 'stop' as is_person_kept,
        {{ routing_decided_at() }} as decided_at,
        results.assigned_to_id,
        results.was_held,
        results.is_sweep
    from results
    left join
        {{ users }} as account_owners
        on results.account_owner_user_id = account_owners.user_id
        and account_owners.is_active
{% endmacro %}

{#- The time of the run, but after what was decided on the lead before. -#}
{% macro routing_decided_at() -%}
    greatest(
        results.routed_at,
        coalesce(results.last_decided_at + interval '1 microsecond', results.routed_at)
    )
{%- endmacro %}

{#- The sweep tells only what it moves, and who waits is told once. -#}
{% macro is_news_of_routing(decided) -%}
    (
        not {{ decided }}.is_sweep
        or (
            {{ decided }}.outcome = 'queue'
            and {{ decided }}.queue_id is distinct from {{ decided }}.assigned_to_id
        )
    )
    and not ({{ decided }}.is_held and coalesce({{ decided }}.was_held, false))
{%- endmacro %}

{#- The value that a text `field=value|field=value` gives a field, null when it gives none. -#}
{% macro set_value(field_values, field) -%}
    nullif(
        {{
            dbt.split_part(
                dbt.split_part("'|' || " ~ field_values, "'|" ~ field ~ "='", 2),
                "'|'",
                1,
            )
        }},
        ''
    )
{%- endmacro %}
