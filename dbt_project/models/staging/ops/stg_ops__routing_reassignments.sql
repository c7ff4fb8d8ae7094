{{
    stage_source(
        "routing",
        "routing_reassignments",
        {
            "lead_id": "lead_id text",
            "requested_at": "requested_at timestamp",
            "reason": "reason text",
            "from_owner_id": "from_owner_id text",
        },
    )
}}
