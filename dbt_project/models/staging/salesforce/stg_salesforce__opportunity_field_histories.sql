{{
    stage_source(
        "salesforce",
        "opportunity_field_histories",
        {
            "id": "opportunity_field_history_id text",
            "opportunity_id": "opportunity_id text",
            "created_by_id": "created_by_user_id text",
            "field": "field text",
            "data_type": "data_type text",
            "old_value": "old_value text",
            "new_value": "new_value text",
            "is_deleted": "is_deleted boolean",
            "created_date": "created_at timestamp",
        },
    )
}}
