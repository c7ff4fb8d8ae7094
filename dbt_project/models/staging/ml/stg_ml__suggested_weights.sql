{{
    stage_source(
        "learnt",
        "suggested_weights",
        {
            "vector_id": "vector_id text",
            "matching_deals": "matching_deals bigint",
            "effect": "effect double",
            "effect_low": "effect_low double",
            "effect_high": "effect_high double",
            "weight_ratio": "weight_ratio double",
            "weight_ratio_low": "weight_ratio_low double",
            "weight_ratio_high": "weight_ratio_high double",
        },
    )
}}
