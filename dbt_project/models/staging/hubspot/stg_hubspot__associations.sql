{{
    stage_source(
        "hubspot",
        "associations",
        {
            "from_object": "from_object text",
            "from_id": "from_record_id text",
            "to_object": "to_object text",
            "to_id": "to_record_id text",
            "type_ids": "type_ids text",
            "labels": "labels text",
            "is_deleted": "is_deleted boolean",
        },
    )
}}
