{{
    stage_systems(
        configured_engagement(),
        ["sequence_members"],
        {
            "id": "sequence_member_id text",
            "person_id": "engagement_person_id text",
            "sequence_id": "sequence_id text",
            "state": "state text",
            "is_deleted": "is_deleted boolean",
            "created_at": "created_at timestamp",
            "updated_at": "updated_at timestamp",
        },
    )
}}
