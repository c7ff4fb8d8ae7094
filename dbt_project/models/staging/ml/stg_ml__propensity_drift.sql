{{
    stage_source(
        "learnt",
        "propensity_drift",
        {
            "model_version": "model_version text",
            "factor": "factor text",
            "stability_index": "stability_index double",
            "is_drifted": "is_drifted boolean",
        },
    )
}}
