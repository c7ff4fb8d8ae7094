{{
    stage_source(
        "ml",
        "unmatched_leads",
        {
            "source": "source text",
            "lead_id": "lead_id text",
            "domain": "domain text",
        },
    )
}}
