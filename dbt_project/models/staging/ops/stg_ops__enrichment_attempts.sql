{{
    stage_source(
        "enrichment",
        "enrichment_attempts",
        {
            "run_id": "run_id text",
            "vendor": "vendor text",
            "entity": "entity text",
            "input_object": "object text",
            "record_id": "record_id text",
            "question_hash": "question_hash text",
            "outcome": "outcome text",
            "message": "message text",
            "is_cached": "is_cached boolean",
            "at": "attempted_at timestamp",
        },
    )
}}
