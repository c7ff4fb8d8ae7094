{{
    stage_source(
        "learnt",
        "propensity_cohorts",
        {
            "model_version": "model_version text",
            "family": "family text",
            "cohort": "cohort text",
            "examples": "examples bigint",
            "outcomes": "outcomes bigint",
            "auc": "auc double",
            "auc_low": "auc_low double",
            "auc_high": "auc_high double",
            "pr_auc": "pr_auc double",
            "brier": "brier double",
            "brier_skill": "brier_skill double",
            "ece": "ece double",
            "top20_share": "top20_share double",
            "band_ratio": "band_ratio double",
        },
    )
}}
