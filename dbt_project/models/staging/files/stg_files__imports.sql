{{
    stage_source(
        "files",
        "imports",
        {
            "import_id": "import_id text",
            "file_name": "file_name text",
            "list_name": "list_name text",
            "object": "object text",
            "imported_at": "imported_at timestamp",
            "is_enriched": "is_enriched boolean",
        },
    )
}}
