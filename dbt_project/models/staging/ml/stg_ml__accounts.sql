{{
    stage_source(
        "ml",
        "accounts",
        {
            "account_id": "account_id text",
            "normalised_name": "normalised_name text",
            "domain": "domain text",
            "family_domain": "family_domain text",
            "country_code": "country_code text",
            "minted_at": "minted_at timestamp",
        },
    )
}}
