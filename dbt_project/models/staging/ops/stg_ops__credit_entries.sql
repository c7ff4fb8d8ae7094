{{
    stage_source(
        "enrichment",
        "credit_ledger",
        {
            "entry_id": "entry_id text",
            "run_id": "run_id text",
            "vendor": "vendor text",
            "entity": "entity text",
            "input_object": "object text",
            "record_id": "record_id text",
            "question_hash": "question_hash text",
            "fields": "fields text",
            "status": "status text",
            "credits": "credit_count double",
            "cost_usd": "cost_usd decimal(18,4)",
            "at": "spent_at timestamp",
        },
    )
}}
