-- DQ-14: a task is due within its days of preparation. The alert is the reminder.
{{
    config(
        severity="warn",
        meta={
            "owner": "team:revenue-operations",
            "remedy": "prepare it: look at the table that the calendar names as evidence",
        },
    )
}}

select task_id, owner, next_due_date, evidence
from {{ ref("maintenance_calendar") }}
where status = 'prepare'
