{{
    stage_systems(
        configured_ad_platforms(),
        ["campaigns"],
        {
            "id": "campaign_id text",
            "name": "campaign_name text",
            "status": "status text",
            "is_deleted": "is_deleted boolean",
        },
    )
}}
