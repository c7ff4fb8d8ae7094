{{
    stage_source(
        "hubspot",
        "calls",
        {
            "id": "hubspot_call_id text",
            "hubspot_owner_id": "owner_user_id text",
            "hs_call_title": "subject text",
            "hs_call_status": "call_status text",
            "hs_call_disposition_label": "call_disposition text",
            "is_deleted": "is_deleted boolean",
            "hs_call_duration": "call_milliseconds double",
            "hs_timestamp": "occurred_at timestamp",
            "created_at": "created_at timestamp",
        },
    )
}}
