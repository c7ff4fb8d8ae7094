{#- The log of decisions: this model's own rows, none before it exists. -#}
{% macro routing_log() %}
    {%- if is_incremental() %} select * from {{ this }}
    {%- else %}
        select
            {%- for column, type in routing_log_columns().items() %}
                cast(null as {{ type }}) as {{ column }}
                {% if not loop.last %},{% endif %}
            {%- endfor %}
        where false
    {%- endif %}
{% endmacro %}

{#- Per lead what was decided last, and to whom it was given last. -#}
{% macro routing_standing(logged) %}
    {%- set assigned = "case when outcome in ('owner', 'queue') then decided_at end" %}
    select
        lead_id,
        max(decided_at) as decided_at,
        max_by(change_key, decided_at) as change_key,
        max_by(previous_owner_id, decided_at) as previous_owner_id,
        max_by(is_held, decided_at) as is_held,
        -- An earlier release left some leads of a rotation with nobody.
        max_by(
            outcome = 'not_routed' and rotation is not null and not is_held, decided_at
        ) as is_unanswered,
        max_by(node, decided_at) as node,
        max_by(coalesce(owner_id, queue_id), {{ assigned }}) as assigned_to_id,
        max_by(previous_owner_id, {{ assigned }}) as assigned_from_id,
        max({{ assigned }}) as assigned_at,
        max_by(coalesce(rotation, ''), {{ assigned }}) as assigned_rotation
    from {{ logged }}
    group by lead_id
{% endmacro %}

{#-
Leads that the flow looks at now: new ones, those of which something changed since, those that wait for working
hours, those that a person gave to somebody else, those that nobody followed up in time, and in the weekly sweep all others.

breached  CTE of routing_breaches()
-#}
{% macro routed_leads(leads, standing, breached) %}
    {%- set given_back = "(leads.handed_over_to_id = standing.assigned_to_id and leads.handed_over_at > standing.assigned_at)" %}
    {%- set given_on = (
        "(standing.assigned_to_id is not null and leads.owner_kind = 'user' and leads.owner_user_id <> standing.assigned_to_id"
        " and (leads.owner_user_id is distinct from standing.assigned_from_id or coalesce("
        ~ given_back
        ~ ", false)))"
    ) %}
    select *
    from
        (
            select
                leads.*,
                standing.lead_id is null as is_new,
                {{ given_on }} as is_manually_assigned,
                standing.decided_at as last_decided_at,
                standing.node as last_node,
                standing.is_held as was_held,
                standing.assigned_to_id,
                standing.assigned_rotation,
                breached.lead_id is not null as is_reassigned,
                case
                    when breached.lead_id is not null
                    then standing.assigned_to_id
                    else ''
                end as left_out_id,
                standing.lead_id is null
                or standing.change_key is distinct from leads.change_key
                or standing.is_held
                or coalesce(standing.is_unanswered, false)
                or breached.lead_id is not null
                or (
                    {{ given_on }}
                    and (
                        standing.previous_owner_id is distinct from leads.owner_user_id
                        or standing.decided_at < leads.handed_over_at
                    )
                ) as is_due,
                {{ "true" if var("routing_sweep", false) else "false" }}
                and standing.lead_id is not null
                and standing.change_key is not distinct from leads.change_key
                and not standing.is_held
                and breached.lead_id is null
                and not {{ given_on }} as is_sweep
            from {{ leads }} as leads
            left join {{ standing }} as standing on leads.lead_id = standing.lead_id
            left join {{ breached }} as breached on leads.lead_id = breached.lead_id
        ) as looked_at
    where is_due or is_sweep
{% endmacro %}

{#- The live flow, one row per node; bit is the node's own place in a signature. -#}
{% macro routing_flow(queues) %}
    with
        nodes as (
            select
                nodes.flow_version,
                nodes.node,
                min(nodes.position) as position,
                min(nodes.section) as section,
                min(nodes.action) as action,
                min(nodes.target) as target,
                min(nodes.on_match) as on_match,
                min(nodes.otherwise) as otherwise,
                min(nodes.field_values) as field_values,
                min(nodes.reason) as reason,
                min(nodes.activation_target) as activation_target,
                bool_or(nodes.is_warning) as is_warning,
                count(nodes.attribute) > 0 as has_conditions
            from {{ ref("routing_nodes") }} as nodes
            inner join
                {{ ref("routing_versions") }} as versions
                on nodes.flow_version = versions.flow_version
            where versions.status = 'live'
            group by nodes.flow_version, nodes.node
        )
    select
        nodes.*,
        queues.queue,
        queues.queue_id,
        row_number() over (order by nodes.position) = 1 as is_first,
        {{ signature_bit("row_number() over (order by nodes.position) - 1") }} as bit
    from nodes
    left join
        {{ queues }} as queues
        on queues.queue_key
        = case when nodes.action = 'queue' then lower(nodes.target) end
{% endmacro %}

{#- The conditions of the live flow's nodes and of all maps, in the rule language. -#}
{% macro routing_conditions(flow) %}
    {%- set nodes = (
        "(select * from "
        ~ ref("routing_nodes")
        ~ " where flow_version in (select flow_version from "
        ~ flow
        ~ ")) as live_nodes"
    ) %}
    {{ rule_conditions(nodes, "'node:' || node", "match") }}
    union all
    {{
        rule_conditions(
            ref("routing_maps"), "'map:' || routing_map || ':' || rule_id"
        )
    }}
{% endmacro %}

{#-
The way of each signature through the flow. Leads are many, the ways in which they match are few: leads that pass the
same nodes go the same way. A node that passes ends the way, or goes on to on_match; any other goes on to otherwise.

signatures  CTE: one row per distinct signature, the bits of the nodes that pass
-#}
{% macro routing_ways(signatures, flow) %}
    {%- set passes = has_bit("ways.signature", "flow.bit") %}
    with recursive
        ways as (
            select signature, node, 1 as step
            from {{ signatures }}
            cross join {{ flow }}
            where is_first
            union all
            select
                ways.signature,
                case when {{ passes }} then flow.on_match else flow.otherwise end,
                ways.step + 1
            from ways
            inner join {{ flow }} as flow on ways.node = flow.node
            where ways.step < 500 and (not {{ passes }} or flow.action = 'continue')
        )
    select
        ways.signature,
        ways.step,
        flow.*,
        {{ passes }} as passes,
        {{ passes }} and flow.action <> 'continue' as is_end
    from ways
    inner join {{ flow }} as flow on ways.node = flow.node
{% endmacro %}

{#-
What the nodes on each signature's way look at, as the template of routing_evidence(): a list of texts and of places in
routing_attributes(), by turns.
-#}
{% macro routing_templates(ways, conditions, flow) %}
    with
        places as (
            {%- for name in routing_attributes() %}
                {%- if not loop.first %}
                    union all
                {%- endif %}
                select '{{ name }}' as attribute, {{ loop.index }} as place
            {%- endfor %}
        ),
        asked as (
            select distinct flow.node, conditions.attribute
            from {{ flow }} as flow
            inner join
                {{ conditions }} as conditions
                on conditions.rule_id = 'node:' || flow.node
                or (
                    flow.action = 'map'
                    and starts_with(conditions.rule_id, 'map:' || flow.target || ':')
                )
            union
            select node, target as attribute
            from {{ flow }}
            where action = 'owner'
        ),
        looks as (
            select
                ways.signature,
                ways.node,
                ways.step,
                places.place,
                row_number() over (
                    partition by ways.signature order by ways.step, asked.attribute
                ) as look,
                row_number() over (
                    partition by ways.signature, ways.step order by asked.attribute
                ) as look_of_node
            from {{ ways }} as ways
            inner join asked on ways.node = asked.node
            inner join places on asked.attribute = places.attribute
        )
    select
        signature,
        {{
            ordered_list(
                "case when look_of_node > 1 then chr(30) || ', ' when look > 1 then chr(30) || '], ' else '' end"
                " || case when look_of_node = 1 then chr(30) || node || chr(30) || ': [' else '' end"
                " || chr(30)",
                "look",
            )
        }}
        as texts,
        {{ ordered_list("place", "look") }} as places
    from looks
    group by signature
{% endmacro %}
