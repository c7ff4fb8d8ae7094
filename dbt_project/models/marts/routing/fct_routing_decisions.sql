{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        full_refresh=false,
        on_schema_change="append_new_columns",
    )
}}
-- The log is written once and never rewritten. Each lead that is new or has changed
-- goes through the live flow and ends in exactly one outcome; the turns of rotations
-- are counted from the log itself, so that a run that is repeated gives nothing twice.
with
    all_leads as (select * from {{ ref("int_routing_leads") }}),
    users as (select * from {{ ref("int_routing_users") }}),
    people as ({{ routing_references("users") }}),
    queues as (
        select
            lower(queue_name) as queue_key,
            min(queue_name) as queue,
            min(queue_id) as queue_id
        from {{ ref("stg_salesforce__queues") }}
        where coalesce(group_type, 'Queue') = 'Queue'
        group by lower(queue_name)
    ),
    logged as ({{ routing_log() }}),
    standing as ({{ routing_standing("logged") }}),
    breached as ({{ routing_breaches("all_leads", "logged", "standing", "users") }}),
    leads as ({{ routed_leads("all_leads", "standing", "breached") }}),
    flow as ({{ routing_flow("queues") }}),
    maps as ({{ routing_map_rules("people", "queues") }}),
    conditions as ({{ routing_conditions("flow") }}),
    asked as (
        select attribute
        from conditions
        union
        select target as attribute
        from flow
        where action = 'owner'
    ),
    facts as ({{ rule_facts("leads", "lead_id", routing_attributes(), "asked") }}),
    met as ({{ met_rules("facts", "conditions") }}),
    absences as ({{ routing_absences("users", "people") }}),
    options as ({{ routing_options("leads", "flow", "maps", "met", "facts") }}),
    moments as (
        select distinct rotation, routed_at, left_out_id
        from options
        where rotation is not null
    ),
    members as (
        {{
            routing_members(
                "moments", "users", "people", "absences", "logged", "all_leads"
            )
        }}
    ),
    pools as ({{ routing_pools("members") }}),
    candidates as ({{ routing_candidates("options", "users", "absences", "pools") }}),
    signed as ({{ routing_signatures("leads", "flow", "met", "candidates") }}),
    signatures as (select distinct signature from signed),
    ways as ({{ routing_ways("signatures", "flow") }}),
    outcomes as ({{ routing_outcomes("ways") }}),
    templates as ({{ routing_templates("ways", "conditions", "flow") }}),
    ended as (
        select
            leads.*,
            outcomes.flow_version,
            outcomes.node,
            outcomes.action,
            outcomes.section,
            outcomes.reason,
            outcomes.path,
            outcomes.field_values,
            outcomes.activation_target,
            outcomes.is_warning,
            {{ routing_evidence("leads", "templates") }} as evidence,
            candidates.owner_id as named_owner_id,
            candidates.named_user_id,
            coalesce(outcomes.queue, candidates.queue) as queue,
            coalesce(outcomes.queue_id, candidates.queue_id) as queue_id,
            candidates.rotation
        from leads
        inner join signed on leads.lead_id = signed.lead_id
        inner join outcomes on signed.signature = outcomes.signature
        left join templates on signed.signature = templates.signature
        left join
            candidates
            on leads.lead_id = candidates.lead_id
            and outcomes.node = candidates.node
    ),
    asking as (select * from ended where rotation is not null),
    credits as ({{ routing_credits("logged", "pools") }}),
    turns as ({{ routing_turns("asking", "members", "pools", "credits", "logged") }}),
    decided as ({{ routing_results("ended", "turns", "queues", "users") }})
select
    {%- for column, type in routing_log_columns().items() %}
        cast(decided.{{ column }} as {{ type }}) as {{ column }}
        {% if not loop.last %},{% endif %}
    {%- endfor %}
from decided
where {{ is_news_of_routing("decided") }}
