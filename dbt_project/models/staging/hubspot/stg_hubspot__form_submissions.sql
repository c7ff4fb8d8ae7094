{{
    stage_source(
        "hubspot",
        "form_submissions",
        {
            "conversion_id": "hubspot_form_submission_id text",
            "form_id": "hubspot_form_id text",
            "email": "email text",
            "page_url": "page_url text",
            "values": "answers text",
            "submitted_at": "occurred_at timestamp",
        },
    )
}}
