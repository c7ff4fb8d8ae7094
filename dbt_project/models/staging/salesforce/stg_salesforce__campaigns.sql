{{
    stage_source(
        "salesforce",
        "campaigns",
        {
            "id": "campaign_id text",
            "name": "campaign_name text",
            "type": "campaign_type text",
            "status": "campaign_status text",
            "is_active": "is_active boolean",
            "will_there_be_mdf_funding_c": "has_mdf_funding boolean",
            "is_a_channel_partner_involved_c": "has_channel_partner boolean",
            "is_deleted": "is_deleted boolean",
            "budgeted_cost": "budgeted_cost_usd decimal(18,2)",
            "actual_cost": "actual_cost_usd decimal(18,2)",
            "start_date": "start_date date",
            "end_date": "end_date date",
            "created_date": "created_at timestamp",
            "last_modified_date": "last_modified_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
        },
    )
}}
