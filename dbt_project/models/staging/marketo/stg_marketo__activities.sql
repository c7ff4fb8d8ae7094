{{
    stage_source(
        "marketo",
        "activities",
        {
            "marketo_guid": "marketo_activity_id text",
            "lead_id": "marketo_lead_id text",
            "activity_type_id": "marketo_activity_type_id text",
            "campaign_id": "marketo_campaign_id text",
            "primary_attribute_value_id": "primary_attribute_value_id text",
            "primary_attribute_value": "primary_attribute_value text",
            "attributes": "attributes text",
            "activity_date": "occurred_at timestamp",
        },
    )
}}
