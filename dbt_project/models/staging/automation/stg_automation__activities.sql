{{
    stage_systems(
        configured_automation(),
        [
            "activities",
            "email_sends",
            "email_opens",
            "email_clicks",
            "bouncebacks",
            "unsubscribes",
            "form_submits",
            "page_views",
        ],
        {
            "id": "automation_activity_id text",
            "lead_id": "automation_lead_id text",
            "activity_type": "activity_type_id text",
            "campaign_id": "automation_campaign_id text",
            "subject": "subject text",
            "activity_date": "occurred_at timestamp",
        },
    )
}}
