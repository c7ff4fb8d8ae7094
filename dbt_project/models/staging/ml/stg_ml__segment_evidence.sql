{{
    stage_source(
        "learnt",
        "segment_evidence",
        {
            "attribute": "attribute text",
            "segment": "segment text",
            "closed_count": "closed_count bigint",
            "won_count": "won_count bigint",
            "win_ratio": "win_ratio double",
            "win_ratio_low": "win_ratio_low double",
            "win_ratio_high": "win_ratio_high double",
            "lift": "lift double",
            "mean_won_usd": "mean_won_usd decimal(18,2)",
            "mean_cycle_days": "mean_cycle_days double",
            "buyer_count": "buyer_count bigint",
            "churned_count": "churned_count bigint",
            "p_value": "p_value double",
            "q_value": "q_value double",
            "verdict": "verdict text",
            "is_driver": "is_driver boolean",
        },
    )
}}
