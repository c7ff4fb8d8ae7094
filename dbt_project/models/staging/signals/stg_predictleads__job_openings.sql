{{
    stage_source(
        "predictleads",
        "job_openings",
        {
            "id": "job_opening_id text",
            "domain": "domain text",
            "title": "title text",
            "category": "category text",
            "url": "job_url text",
            "first_seen_at": "first_seen_at timestamp",
        },
    )
}}
