{{
    stage_source(
        "learnt",
        "propensity_bands",
        {
            "model_version": "model_version text",
            "family": "family text",
            "cohort": "cohort text",
            "band_count": "band_count integer",
            "band": "band integer",
            "examples": "examples bigint",
            "outcomes": "outcomes bigint",
            "mean_probability": "mean_probability double",
            "outcome_ratio": "outcome_ratio double",
            "low_ratio": "low_ratio double",
            "high_ratio": "high_ratio double",
        },
    )
}}
