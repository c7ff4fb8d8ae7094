{{
    stage_source(
        "marketo",
        "list_members",
        {
            "list_id": "marketo_list_id text",
            "lead_id": "marketo_lead_id text",
            "is_deleted": "is_deleted boolean",
        },
    )
}}
