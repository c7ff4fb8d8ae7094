{{
    stage_source(
        "marketo",
        "deleted_leads",
        {
            "lead_id": "marketo_lead_id text",
            "activity_date": "deleted_at timestamp",
        },
    )
}}
