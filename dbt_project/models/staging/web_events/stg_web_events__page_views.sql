{{
    stage_source(
        "web_events",
        "page_views",
        {
            "event_id": "event_id text",
            "visitor_id": "visitor_id text",
            "session_id": "session_id text",
            "url": "url text",
            "path": "path text",
            "title": "title text",
            "referrer": "referrer text",
            "utm_source": "utm_source text",
            "utm_campaign": "utm_campaign text",
            "ip": "ip_address text",
            "user_agent": "user_agent text",
            "properties": "properties text",
            "occurred_at": "occurred_at timestamp",
            "received_at": "received_at timestamp",
        },
    )
}}
