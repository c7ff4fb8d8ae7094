{{
    stage_source(
        "hubspot",
        "deal_stages",
        {
            "pipeline_id": "pipeline_id text",
            "stage_id": "stage_id text",
            "pipeline_label": "pipeline_name text",
            "stage_label": "stage text",
            "display_order": "stage_rank integer",
            "is_closed": "is_closed boolean",
            "is_deleted": "is_deleted boolean",
            "probability": "probability_ratio double",
        },
    )
}}
