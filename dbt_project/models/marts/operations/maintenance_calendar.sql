with
    tasks as (select * from {{ ref("maintenance_tasks") }}),

    entries as (select * from {{ ref("maintenance_log") }}),

    live as (select min(done_date) as live_date from entries where task_id = 'go_live'),

    last_times as (
        select task_id, max(done_date) as last_done_date from entries group by task_id
    ),

    dated as (
        select
            tasks.*,
            live.live_date,
            last_times.last_done_date,
            -- The check-in after the first cycle comes once; all else comes again.
            case
                when
                    tasks.cadence = 'first_cycle'
                    and last_times.last_done_date is not null
                then null
                else
                    {{
                        dbt.dateadd(
                            "day",
                            "tasks.every_days",
                            "coalesce(last_times.last_done_date, live.live_date)",
                        )
                    }}
            end as due_at
        from tasks
        cross join live
        left join last_times on tasks.task_id = last_times.task_id
    ),

    scheduled as (select *, cast(due_at as date) as next_due_date from dated),

    final as (
        select
            task_id,
            task,
            cadence,
            owner,
            evidence,
            red_flag,
            remedy,
            case
                when next_due_date < {{ as_of_date() }}
                then 'overdue'
                when
                    prepare_days > 0
                    and next_due_date
                    <= {{ dbt.dateadd("day", "prepare_days", as_of_date()) }}
                then 'prepare'
                when next_due_date is not null
                then 'upcoming'
                when last_done_date is not null
                then 'done'
                else 'not_live'
            end as status,
            last_done_date,
            next_due_date
        from scheduled
    )

select *
from final
