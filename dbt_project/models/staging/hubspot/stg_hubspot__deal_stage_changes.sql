{{
    stage_source(
        "hubspot",
        "deal_stage_changes",
        {
            "deal_id": "hubspot_deal_id text",
            "stage": "stage_id text",
            "source_type": "source_type text",
            "changed_at": "changed_at timestamp",
        },
    )
}}
