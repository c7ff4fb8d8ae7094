{{
    stage_source(
        "marketo",
        "lists",
        {
            "id": "marketo_list_id text",
            "name": "list_name text",
            "is_deleted": "is_deleted boolean",
            "created_at": "created_at timestamp",
            "updated_at": "updated_at timestamp",
        },
    )
}}
