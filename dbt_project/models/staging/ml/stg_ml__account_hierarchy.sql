{{
    stage_source(
        "ml",
        "account_hierarchy",
        {
            "account_id": "account_id text",
            "parent_account_id": "parent_account_id text",
            "domestic_ultimate_account_id": "domestic_ultimate_account_id text",
            "global_ultimate_account_id": "global_ultimate_account_id text",
            "hierarchy_level": "hierarchy_level integer",
        },
    )
}}
