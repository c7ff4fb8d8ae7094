{{
    stage_source(
        "salesforce",
        "tasks",
        {
            "id": "task_id text",
            "who_id": "who_id text",
            "what_id": "what_id text",
            "account_id": "salesforce_account_id text",
            "owner_id": "owner_user_id text",
            "subject": "subject text",
            "status": "task_status text",
            "priority": "priority text",
            "type": "task_type text",
            "task_subtype": "task_subtype text",
            "call_disposition": "call_disposition text",
            "description": "description text",
            "is_closed": "is_closed boolean",
            "is_deleted": "is_deleted boolean",
            "call_duration_in_seconds": "call_seconds bigint",
            "activity_date": "activity_date date",
            "completed_date_time": "completed_at timestamp",
            "created_date": "created_at timestamp",
            "last_modified_date": "last_modified_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
        },
    )
}}
