{{
    stage_source(
        "google_analytics",
        "page_days",
        {
            "report_date": "report_date date",
            "page_path": "page_path text",
            "sessions": "session_count bigint",
            "page_views": "page_view_count bigint",
            "users": "user_count bigint",
            "is_deleted": "is_deleted boolean",
        },
    )
}}
