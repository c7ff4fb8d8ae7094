{{
    stage_source(
        "ml",
        "contact_moves",
        {
            "contact_id": "contact_id text",
            "previous_account_id": "previous_account_id text",
            "account_id": "account_id text",
            "next_contact_id": "next_contact_id text",
            "moved_at": "moved_at timestamp",
            "moved_to_source": "moved_to_source text",
            "moved_to_object": "moved_to_object text",
            "moved_to_record_id": "moved_to_record_id text",
        },
    )
}}
