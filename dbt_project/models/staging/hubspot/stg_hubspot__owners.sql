{{
    stage_source(
        "hubspot",
        "owners",
        {
            "id": "owner_user_id text",
            "email": "email text",
            "first_name": "first_name text",
            "last_name": "last_name text",
            "archived": "is_archived boolean",
            "is_deleted": "is_deleted boolean",
            "created_at": "created_at timestamp",
            "updated_at": "last_modified_at timestamp",
        },
    )
}}
