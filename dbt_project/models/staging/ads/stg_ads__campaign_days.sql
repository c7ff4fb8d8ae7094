{{
    stage_systems(
        configured_ad_platforms(),
        ["campaign_days"],
        {
            "campaign_id": "campaign_id text",
            "report_date": "report_date date",
            "campaign_name": "campaign_name text",
            "currency_code": "currency_code text",
            "actions": "actions text",
            "impressions": "impression_count bigint",
            "clicks": "click_count bigint",
            "conversions": "conversion_count double",
            "leads": "lead_count double",
            "cost": "cost decimal(18,2)",
            "cost_micros": "cost_micros bigint",
            "cost_usd": "cost_usd decimal(18,2)",
            "is_deleted": "is_deleted boolean",
        },
    )
}}
