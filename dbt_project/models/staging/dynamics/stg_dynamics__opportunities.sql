{{
    stage_source(
        "dynamics",
        "opportunities",
        {
            "id": "opportunity_id text",
            "account_id": "dynamics_account_id text",
            "owner_id": "owner_user_id text",
            "campaign_id": "campaign_id text",
            "name": "opportunity_name text",
            "stage_name": "stage text",
            "type": "opportunity_type text",
            "lead_source": "lead_source text",
            "forecast_category_name": "forecast_category text",
            "competitor_c": "competitor text",
            "loss_reason_c": "loss_reason text",
            "is_closed": "is_closed boolean",
            "is_won": "is_won boolean",
            "is_deleted": "is_deleted boolean",
            "amount": "amount_usd decimal(18,2)",
            "probability": "probability_percent double",
            "close_date": "close_date date",
            "created_date": "created_at timestamp",
            "last_modified_date": "last_modified_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
            "state_code": "state_code integer",
        },
    )
}}
