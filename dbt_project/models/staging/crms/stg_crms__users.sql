{{
    stage_systems(
        configured_crms(),
        ["users"],
        {
            "id": "user_id text",
            "manager_id": "manager_user_id text",
            "username": "username text",
            "name": "user_name text",
            "first_name": "first_name text",
            "last_name": "last_name text",
            "email": "email text",
            "title": "title text",
            "department": "department text",
            "time_zone_sid_key": "time_zone text",
            "user_type": "user_type text",
            "is_active": "is_active boolean",
            "created_date": "created_at timestamp",
            "last_modified_date": "last_modified_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
            "is_disabled": "is_disabled boolean",
            "status": "user_status text",
            "is_deleted": "is_deleted boolean",
        },
    )
}}
