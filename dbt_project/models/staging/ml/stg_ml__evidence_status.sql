{{
    stage_source(
        "learnt",
        "evidence_status",
        {
            "status": "status text",
            "deal_count": "deal_count bigint",
            "customer_count": "customer_count bigint",
        },
    )
}}
