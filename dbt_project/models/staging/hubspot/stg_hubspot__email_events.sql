{{
    stage_source(
        "hubspot",
        "email_events",
        {
            "id": "hubspot_email_event_id text",
            "email_campaign_id": "hubspot_email_campaign_id text",
            "type": "event_type text",
            "recipient": "email text",
            "url": "url text",
            "created": "occurred_at timestamp",
        },
    )
}}
