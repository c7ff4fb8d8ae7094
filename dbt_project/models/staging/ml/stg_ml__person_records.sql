{{
    stage_source(
        "ml",
        "person_records",
        {
            "source": "source text",
            "object": "object text",
            "record_id": "record_id text",
            "contact_id": "contact_id text",
            "account_id": "account_id text",
            "method": "method text",
            "confidence": "confidence double",
        },
    )
}}
