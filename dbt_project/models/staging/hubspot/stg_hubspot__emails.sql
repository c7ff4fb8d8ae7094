{{
    stage_source(
        "hubspot",
        "emails",
        {
            "id": "hubspot_email_id text",
            "hubspot_owner_id": "owner_user_id text",
            "hs_email_subject": "subject text",
            "hs_email_status": "email_status text",
            "hs_email_direction": "email_direction text",
            "is_deleted": "is_deleted boolean",
            "hs_timestamp": "occurred_at timestamp",
            "created_at": "created_at timestamp",
        },
    )
}}
