{{
    stage_source(
        "web_events",
        "identities",
        {
            "event_id": "event_id text",
            "visitor_id": "visitor_id text",
            "session_id": "session_id text",
            "user_id": "user_id text",
            "email": "email text",
            "full_name": "full_name text",
            "company_name": "company_name text",
            "properties": "properties text",
            "occurred_at": "occurred_at timestamp",
            "received_at": "received_at timestamp",
        },
    )
}}
