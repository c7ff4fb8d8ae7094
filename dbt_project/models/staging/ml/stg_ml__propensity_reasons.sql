{{
    stage_source(
        "learnt",
        "propensity_reasons",
        {
            "account_id": "account_id text",
            "factor": "factor text",
            "observed": "observed text",
            "contribution": "contribution double",
            "factor_rank": "factor_rank integer",
        },
    )
}}
