{{
    stage_source(
        "ml",
        "lead_accounts",
        {
            "lead_id": "lead_id text",
            "account_id": "account_id text",
            "method": "method text",
            "confidence": "confidence double",
        },
    )
}}
