{{
    stage_source(
        "ml",
        "lead_accounts",
        {
            "lead_id": "lead_id text",
            "account_id": "account_id text",
            "method": "method text",
            "confidence": "confidence double",
            "evidence": "evidence text",
            "crm_account_id": "crm_account_id text",
            "our_account_id": "our_account_id text",
            "our_method": "our_method text",
            "our_confidence": "our_confidence double",
            "our_evidence": "our_evidence text",
        },
    )
}}
