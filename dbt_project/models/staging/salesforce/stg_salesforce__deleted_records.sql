{{
    stage_source(
        "salesforce",
        "deleted_records",
        {
            "record_id": "record_id text",
            "object": "object text",
            "deleted_at": "deleted_at timestamp",
        },
    )
}}
