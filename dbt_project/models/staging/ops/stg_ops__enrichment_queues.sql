{{
    stage_source(
        "enrichment",
        "enrichment_queue",
        {
            "record_id": "record_id text",
            "entity": "entity text",
            "source": "source text",
            "input_object": "object text",
            "missing_inputs": "missing_inputs text",
            "status": "status text",
            "vendor": "vendor text",
            "wanted_fields": "wanted_fields text",
            "last_error": "last_error text",
            "is_eligible": "is_eligible boolean",
            "priority": "priority bigint",
            "failure_count": "failure_count bigint",
        },
    )
}}
