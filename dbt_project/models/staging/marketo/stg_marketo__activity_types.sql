{{
    stage_source(
        "marketo",
        "activity_types",
        {
            "id": "marketo_activity_type_id text",
            "name": "activity_type_name text",
        },
    )
}}
