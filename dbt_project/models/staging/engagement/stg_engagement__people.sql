{{
    stage_systems(
        configured_engagement(),
        ["people"],
        {
            "id": "engagement_person_id text",
            "crm_id": "crm_record_id text",
            "owner_id": "owner_engagement_user_id text",
            "first_name": "first_name text",
            "last_name": "last_name text",
            "email": "email text",
            "phone": "phone text",
            "title": "title text",
            "company": "company_name text",
            "city": "city text",
            "country": "country text",
            "linkedin_url": "linkedin_url text",
            "unsubscribed": "is_unsubscribed boolean",
            "is_deleted": "is_deleted boolean",
            "created_at": "created_at timestamp",
            "updated_at": "updated_at timestamp",
        },
    )
}}
