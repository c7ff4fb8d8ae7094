{{
    stage_systems(
        configured_engagement(),
        ["emails", "calls"],
        {
            "id": "engagement_activity_id text",
            "person_id": "engagement_person_id text",
            "sequence_id": "sequence_id text",
            "subject": "subject text",
            "open_count": "open_count bigint",
            "click_count": "click_count bigint",
            "reply_count": "reply_count bigint",
            "bounce_count": "bounce_count bigint",
            "occurred_at": "occurred_at timestamp",
            "opened_at": "opened_at timestamp",
            "clicked_at": "clicked_at timestamp",
            "replied_at": "replied_at timestamp",
            "bounced_at": "bounced_at timestamp",
            "updated_at": "updated_at timestamp",
        },
    )
}}
