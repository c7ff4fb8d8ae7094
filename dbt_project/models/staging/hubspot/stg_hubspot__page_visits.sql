{{
    stage_source(
        "hubspot",
        "page_visits",
        {
            "id": "hubspot_page_visit_id text",
            "object_id": "hubspot_contact_id text",
            "url": "url text",
            "properties": "details text",
            "occurred_at": "occurred_at timestamp",
        },
    )
}}
