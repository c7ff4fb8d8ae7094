{{
    stage_source(
        "ml",
        "match_review",
        {
            "left_source": "left_source text",
            "left_object": "left_object text",
            "left_record_id": "left_record_id text",
            "right_source": "right_source text",
            "right_object": "right_object text",
            "right_record_id": "right_record_id text",
            "evidence": "evidence text",
            "score": "score double",
            "at": "observed_at timestamp",
        },
    )
}}
