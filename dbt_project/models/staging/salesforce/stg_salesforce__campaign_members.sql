{{
    stage_source(
        "salesforce",
        "campaign_members",
        {
            "id": "campaign_member_id text",
            "campaign_id": "campaign_id text",
            "lead_id": "salesforce_lead_id text",
            "contact_id": "salesforce_contact_id text",
            "status": "member_status text",
            "has_responded": "has_responded boolean",
            "is_deleted": "is_deleted boolean",
            "first_responded_date": "first_responded_date date",
            "created_date": "created_at timestamp",
            "last_modified_date": "last_modified_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
        },
    )
}}
