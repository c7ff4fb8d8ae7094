{{
    stage_source(
        "changes",
        "inbound_leads",
        {
            "endpoint": "endpoint text",
            "lead_key": "lead_key text",
            "event_id": "event_id text",
            "email": "email text",
            "first_name": "first_name text",
            "last_name": "last_name text",
            "full_name": "full_name text",
            "title": "title text",
            "company_name": "company_name text",
            "website": "website text",
            "phone": "phone text",
            "country": "country text",
            "state": "state text",
            "city": "city text",
            "lead_source": "lead_source text",
            "message": "message text",
            "payload": "payload text",
            "occurred_at": "occurred_at timestamp",
            "received_at": "received_at timestamp",
        },
    )
}}
