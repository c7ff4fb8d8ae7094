{{
    stage_source(
        "ops",
        "sync_records",
        {
            "run_id": "run_id text",
            "sync": "sync_name text",
            "record_key": "record_key text",
            "field": "field_name text",
            "after": "value_after text",
            "status": "status text",
            "at": "recorded_at timestamp",
        },
    )
}}
