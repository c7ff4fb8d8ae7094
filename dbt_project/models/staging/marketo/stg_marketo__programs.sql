{{
    stage_source(
        "marketo",
        "programs",
        {
            "id": "marketo_program_id text",
            "name": "program_name text",
            "type": "program_type text",
            "channel": "channel text",
            "status": "program_status text",
            "is_deleted": "is_deleted boolean",
            "created_at": "created_at timestamp",
            "updated_at": "updated_at timestamp",
        },
    )
}}
