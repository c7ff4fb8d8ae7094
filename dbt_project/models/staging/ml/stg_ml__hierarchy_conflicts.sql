{{
    stage_source(
        "ml",
        "hierarchy_conflicts",
        {
            "account_id": "account_id text",
            "parent_account_id": "parent_account_id text",
            "overruled_parent_account_id": "overruled_parent_account_id text",
            "kind": "kind text",
            "parent_source": "parent_source text",
            "overruled_source": "overruled_source text",
            "path": "path text",
            "at": "observed_at timestamp",
        },
    )
}}
