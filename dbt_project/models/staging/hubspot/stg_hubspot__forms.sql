{{
    stage_source(
        "hubspot",
        "forms",
        {
            "id": "hubspot_form_id text",
            "name": "form_name text",
            "created_at": "created_at timestamp",
            "updated_at": "last_modified_at timestamp",
        },
    )
}}
