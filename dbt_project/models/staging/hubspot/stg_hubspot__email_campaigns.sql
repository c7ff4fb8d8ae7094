{{
    stage_source(
        "hubspot",
        "email_campaigns",
        {
            "id": "hubspot_email_campaign_id text",
            "name": "campaign_name text",
            "subject": "subject text",
            "type": "campaign_type text",
        },
    )
}}
