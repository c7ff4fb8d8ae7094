{{
    stage_source(
        "hibp",
        "breaches",
        {
            "id": "breach_id text",
            "domain": "domain text",
            "title": "title text",
            "breach_date": "breach_date date",
            "pwn_count": "person_count bigint",
            "added_date": "added_at timestamp",
        },
    )
}}
