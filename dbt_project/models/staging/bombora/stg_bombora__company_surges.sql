{{
    stage_source(
        "bombora",
        "company_surges",
        {
            "domain": "domain text",
            "topic_id": "topic_id text",
            "week_date": "week_date date",
            "company_name": "company_name text",
            "industry": "industry text",
            "company_size": "company_size text",
            "country": "country text",
            "metro_area": "metro_area text",
            "topic_name": "topic text",
            "composite_score": "score double",
            "composite_score_delta": "score_delta double",
        },
    )
}}
