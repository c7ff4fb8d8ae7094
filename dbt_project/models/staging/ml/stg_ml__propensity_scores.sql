{{
    stage_source(
        "learnt",
        "propensity_scores",
        {
            "account_id": "account_id text",
            "propensity": "propensity double",
            "model_version": "model_version text",
            "abstention": "abstention text",
        },
    )
}}
