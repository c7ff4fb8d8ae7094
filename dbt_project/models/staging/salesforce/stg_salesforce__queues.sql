{{
    stage_source(
        "salesforce",
        "queues",
        {
            "id": "queue_id text",
            "name": "queue_name text",
            "developer_name": "developer_name text",
            "type": "group_type text",
            "email": "email text",
            "created_date": "created_at timestamp",
            "last_modified_date": "last_modified_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
        },
    )
}}
