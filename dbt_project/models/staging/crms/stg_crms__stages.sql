{{
    stage_systems(
        configured_crms(),
        ["stages"],
        {
            "id": "stage_id text",
            "pipeline_id": "pipeline_id text",
            "name": "stage text",
            "probability": "probability_percent double",
            "is_deleted": "is_deleted boolean",
        },
    )
}}
