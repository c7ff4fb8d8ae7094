-- Leads for each person and queue by week, with the weeks in which nothing came: a
-- week far below the four before it is what a RevOps manager is asked about.
with
    decisions as (
        select
            coalesce(owner_id, queue_id) as assigned_to_id,
            owner_id,
            queue,
            is_turn,
            cast(date_trunc('week', decided_at) as date) as week_date
        from {{ ref("fct_routing_decisions") }}
        where
            outcome in ('owner', 'queue')
            and coalesce(owner_id, queue_id) is distinct from previous_owner_id
    ),
    weeks as (select distinct week_date from decisions),
    assignees as (
        select
            assigned_to_id,
            max(owner_id) as owner_id,
            max(queue) as queue,
            min(week_date) as first_week_date
        from decisions
        group by assigned_to_id
    ),
    counted as (
        select
            assigned_to_id,
            week_date,
            count(*) as lead_count,
            sum(case when is_turn then 1 else 0 end) as turn_count
        from decisions
        group by assigned_to_id, week_date
    ),
    spread as (
        select
            assignees.*,
            weeks.week_date,
            coalesce(counted.lead_count, 0) as lead_count,
            coalesce(counted.turn_count, 0) as turn_count
        from assignees
        inner join weeks on weeks.week_date >= assignees.first_week_date
        left join
            counted
            on assignees.assigned_to_id = counted.assigned_to_id
            and weeks.week_date = counted.week_date
    ),
    compared as (
        select
            *,
            avg(lead_count) over four_before as usual_count,
            count(*) over four_before as weeks_before
        from spread
        window
            four_before as (
                partition by assigned_to_id
                order by week_date
                rows between 4 preceding and 1 preceding
            )
    ),
    users as (select * from {{ ref("int_routing_users") }})
select
    compared.assigned_to_id,
    compared.owner_id,
    coalesce(users.user_name, compared.queue) as assigned_to_name,
    -- Under half of the usual number, once four weeks say what is usual.
    compared.weeks_before = 4
    and compared.week_date < cast(date_trunc('week', {{ as_of_date() }}) as date)
    and compared.lead_count < 0.5 * compared.usual_count as is_drop,
    cast(compared.lead_count as integer) as lead_count,
    cast(compared.turn_count as integer) as turn_count,
    cast(compared.usual_count as double) as usual_lead_count,
    compared.week_date
from compared
left join users on compared.owner_id = users.user_id
