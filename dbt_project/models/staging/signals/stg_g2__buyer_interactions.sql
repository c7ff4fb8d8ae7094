{{
    stage_source(
        "g2",
        "buyer_interactions",
        {
            "id": "buyer_interaction_id text",
            "domain": "domain text",
            "category_name": "topic text",
            "activity": "activity text",
            "interacted_at": "interacted_at timestamp",
        },
    )
}}
