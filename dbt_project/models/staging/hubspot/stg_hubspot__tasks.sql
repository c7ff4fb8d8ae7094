{{
    stage_source(
        "hubspot",
        "tasks",
        {
            "id": "hubspot_task_id text",
            "hubspot_owner_id": "owner_user_id text",
            "hs_task_subject": "subject text",
            "hs_task_status": "task_status text",
            "hs_task_type": "task_type text",
            "is_deleted": "is_deleted boolean",
            "hs_timestamp": "occurred_at timestamp",
            "created_at": "created_at timestamp",
        },
    )
}}
