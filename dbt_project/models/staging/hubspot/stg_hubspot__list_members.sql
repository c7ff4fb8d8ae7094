{{
    stage_source(
        "hubspot",
        "list_members",
        {
            "list_id": "hubspot_list_id text",
            "record_id": "hubspot_record_id text",
            "is_deleted": "is_deleted boolean",
            "joined_at": "joined_at timestamp",
        },
    )
}}
