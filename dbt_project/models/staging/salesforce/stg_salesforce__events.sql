{{
    stage_source(
        "salesforce",
        "events",
        {
            "id": "event_id text",
            "who_id": "who_id text",
            "what_id": "what_id text",
            "account_id": "salesforce_account_id text",
            "owner_id": "owner_user_id text",
            "subject": "subject text",
            "type": "event_type text",
            "location": "location text",
            "is_deleted": "is_deleted boolean",
            "start_date_time": "started_at timestamp",
            "end_date_time": "ended_at timestamp",
            "created_date": "created_at timestamp",
            "last_modified_date": "last_modified_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
        },
    )
}}
