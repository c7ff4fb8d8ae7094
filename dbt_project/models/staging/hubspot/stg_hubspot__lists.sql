{{
    stage_source(
        "hubspot",
        "lists",
        {
            "list_id": "hubspot_list_id text",
            "name": "list_name text",
            "processing_type": "processing_type text",
            "object_type_id": "object_type_id text",
            "is_deleted": "is_deleted boolean",
            "size": "member_count integer",
            "created_at": "created_at timestamp",
            "updated_at": "last_modified_at timestamp",
        },
    )
}}
