{{
    stage_source(
        "ml",
        "account_id_history",
        {
            "account_id": "account_id text",
            "into_account_id": "into_account_id text",
            "event": "event text",
            "reason": "reason text",
            "at": "occurred_at timestamp",
        },
    )
}}
