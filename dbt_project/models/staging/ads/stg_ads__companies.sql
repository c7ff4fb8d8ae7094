{{
    stage_systems(
        configured_ad_platforms(),
        ["companies"],
        {
            "id": "ad_company_id text",
            "name": "company_name text",
            "website": "website text",
            "vanity_name": "vanity_name text",
        },
    )
}}
