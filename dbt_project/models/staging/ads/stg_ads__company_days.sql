{{
    stage_systems(
        configured_ad_platforms(),
        ["company_days"],
        {
            "company_id": "ad_company_id text",
            "report_date": "report_date date",
            "impressions": "impression_count bigint",
            "clicks": "click_count bigint",
            "conversions": "conversion_count double",
            "leads": "lead_count double",
            "cost": "cost decimal(18,2)",
            "cost_usd": "cost_usd decimal(18,2)",
            "is_deleted": "is_deleted boolean",
        },
    )
}}
