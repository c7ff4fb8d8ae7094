{{
    stage_source(
        "web_events",
        "activities",
        {
            "event_id": "event_id text",
            "visitor_id": "visitor_id text",
            "session_id": "session_id text",
            "user_id": "user_id text",
            "email": "email text",
            "company_domain": "company_domain text",
            "source_key": "source_key text",
            "activity_type": "activity_type text",
            "subject": "subject text",
            "product": "product text",
            "properties": "properties text",
            "occurred_at": "occurred_at timestamp",
            "received_at": "received_at timestamp",
        },
    )
}}
