-- DQ-13: a task of the maintenance calendar is overdue.
{{
    config(
        severity="warn",
        meta={
            "owner": "team:revenue-operations",
            "remedy": "do the task and add a row to seed maintenance_log: task_id, done_date, done_by",
        },
    )
}}

select task_id, owner, next_due_date, task
from {{ ref("maintenance_calendar") }}
where status = 'overdue'
