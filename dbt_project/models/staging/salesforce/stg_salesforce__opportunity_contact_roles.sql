{{
    stage_source(
        "salesforce",
        "opportunity_contact_roles",
        {
            "id": "opportunity_contact_role_id text",
            "opportunity_id": "opportunity_id text",
            "contact_id": "salesforce_contact_id text",
            "role": "contact_role text",
            "is_primary": "is_primary boolean",
            "is_deleted": "is_deleted boolean",
            "created_date": "created_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
        },
    )
}}
