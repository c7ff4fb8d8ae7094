{{
    vendor_answers(
        "accounts",
        {
            "apollo": source("apollo", "companies"),
            "clearbit": source("clearbit", "companies"),
            "lusha": source("lusha", "companies"),
            "zoominfo": source("zoominfo", "companies"),
            "dnb": source("dnb", "companies"),
            "research": source("research", "companies"),
        },
        {
            "vendor_company_id": "text",
            "vendor_parent_company_id": "text",
            "vendor_ultimate_company_id": "text",
            "account_name": "text",
            "website": "text",
            "phone": "text",
            "street": "text",
            "city": "text",
            "state": "text",
            "postal_code": "text",
            "country_code": "text",
            "industry": "text",
            "employee_count": "bigint",
            "annual_revenue_usd": "decimal(18,2)",
            "founded_year": "bigint",
            "technologies": "text",
        },
        with_catalogue=true,
    )
}}
