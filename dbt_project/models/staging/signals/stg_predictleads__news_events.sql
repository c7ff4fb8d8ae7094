{{
    stage_source(
        "predictleads",
        "news_events",
        {
            "id": "news_event_id text",
            "domain": "domain text",
            "category": "category text",
            "summary": "headline text",
            "article_url": "article_url text",
            "amount_usd": "amount_usd decimal(18,2)",
            "found_at": "found_at timestamp",
        },
    )
}}
