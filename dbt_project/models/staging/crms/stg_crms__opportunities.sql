{{
    stage_systems(
        configured_crms(),
        ["opportunities"],
        {
            "id": "opportunity_id text",
            "account_id": "crm_account_id text",
            "owner_id": "owner_user_id text",
            "campaign_id": "campaign_id text",
            "name": "opportunity_name text",
            "stage_name": "stage text",
            "stage_id": "stage_id text",
            "outcome": "outcome text",
            "type": "opportunity_type text",
            "lead_source": "lead_source text",
            "forecast_category_name": "forecast_category text",
            "competitor_c": "competitor text",
            "loss_reason_c": "loss_reason text",
            "is_deleted": "is_deleted boolean",
            "amount": "amount_usd decimal(18,2)",
            "probability": "probability_percent double",
            "close_date": "close_date date",
            "created_date": "created_at timestamp",
            "last_modified_date": "last_modified_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
        },
    )
}}
