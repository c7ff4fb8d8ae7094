-- Only leads that the flow moved to a person who has them still: nobody's clock runs
-- for what we did not hand over.
with
    terms as ({{ sla_terms() }}),
    leads as (select * from {{ ref("int_routing_leads") }}),
    users as (select * from {{ ref("int_routing_users") }}),
    -- What is decided again without a change of owner does not stop the clock.
    handed as (
        select
            lead_id,
            max_by(decision_id, decided_at) as decision_id,
            max_by(owner_id, decided_at) as owner_id,
            max(decided_at) as decided_at
        from {{ ref("fct_routing_decisions") }}
        where outcome = 'owner' and {{ differs("previous_owner_id", "owner_id") }}
        group by lead_id
    ),
    given as (
        select
            handed.lead_id,
            handed.decision_id,
            routings.account_id,
            handed.owner_id,
            handed.decided_at,
            users.user_name as owner_name,
            users.email as owner_email,
            users.time_zone,
            coalesce(leads.stage in ('sql', 'opportunity'), false) as is_taken
        from handed
        inner join
            {{ ref("lead_routings") }} as routings
            on handed.lead_id = routings.lead_id
            and handed.owner_id = routings.current_owner_id
            and handed.owner_id
            = coalesce(routings.owner_id, routings.queue_id, handed.owner_id)
        inner join users on handed.owner_id = users.user_id
        inner join leads on handed.lead_id = leads.lead_id
    ),
    touches as (
        select who_id as lead_id, created_at
        from {{ ref("stg_salesforce__tasks") }}
        where not coalesce(is_deleted, false)
        union all
        select who_id as lead_id, created_at
        from {{ ref("stg_salesforce__events") }}
        where not coalesce(is_deleted, false)
    ),
    responses as (
        select given.lead_id, min(touches.created_at) as responded_at
        from given
        inner join
            touches
            on given.lead_id = touches.lead_id
            and touches.created_at >= given.decided_at
        group by given.lead_id
    ),
    clocks as (
        select
            given.lead_id,
            terms.schedule,
            given.time_zone,
            given.decided_at as begins_at,
            coalesce(responses.responded_at, {{ as_of_timestamp() }}) as ends_at
        from given
        cross join terms
        left join responses on given.lead_id = responses.lead_id
    ),
    worked as ({{ working_seconds("clocks") }}),
    judged as (
        select
            given.*,
            responses.responded_at,
            terms.sla_seconds,
            coalesce(worked.worked_seconds, 0) as worked_seconds,
            case
                when
                    responses.responded_at is not null
                    and coalesce(worked.worked_seconds, 0) > terms.sla_seconds
                then 'late'
                when responses.responded_at is not null or given.is_taken
                then 'met'
                when coalesce(worked.worked_seconds, 0) > terms.sla_seconds
                then 'breached'
                else 'running'
            end as sla_status
        from given
        cross join terms
        left join responses on given.lead_id = responses.lead_id
        left join worked on given.lead_id = worked.lead_id
        where terms.sla_seconds is not null
    )
select
    lead_id,
    decision_id,
    account_id,
    owner_id,
    owner_name,
    owner_email,
    sla_status,
    'Nobody followed up within '
    || cast(cast(round(sla_seconds / 3600) as integer) as {{ dbt.type_string() }})
    || ' working hours' as sla_reason,
    cast(worked_seconds as bigint) as worked_seconds,
    cast(sla_seconds as bigint) as sla_seconds,
    decided_at,
    responded_at
from judged
