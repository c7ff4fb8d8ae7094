{{
    stage_source(
        "hubspot",
        "meetings",
        {
            "id": "hubspot_meeting_id text",
            "hubspot_owner_id": "owner_user_id text",
            "hs_meeting_title": "subject text",
            "hs_meeting_outcome": "meeting_outcome text",
            "hs_meeting_location": "location text",
            "is_deleted": "is_deleted boolean",
            "hs_meeting_start_time": "started_at timestamp",
            "hs_meeting_end_time": "ended_at timestamp",
            "hs_timestamp": "occurred_at timestamp",
            "created_at": "created_at timestamp",
        },
    )
}}
