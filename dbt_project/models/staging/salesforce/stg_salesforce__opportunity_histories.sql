{{
    stage_source(
        "salesforce",
        "opportunity_histories",
        {
            "id": "opportunity_history_id text",
            "opportunity_id": "opportunity_id text",
            "created_by_id": "created_by_user_id text",
            "stage_name": "stage text",
            "forecast_category": "forecast_category text",
            "is_deleted": "is_deleted boolean",
            "amount": "amount_usd decimal(18,2)",
            "probability": "probability_percent double",
            "close_date": "close_date date",
            "created_date": "created_at timestamp",
            "system_modstamp": "system_modified_at timestamp",
        },
    )
}}
