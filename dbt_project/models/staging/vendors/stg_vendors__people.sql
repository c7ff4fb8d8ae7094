{{
    vendor_answers(
        "contacts",
        {
            "apollo": source("apollo", "people"),
            "clearbit": source("clearbit", "people"),
            "lusha": source("lusha", "people"),
            "zoominfo": source("zoominfo", "people"),
        },
        {
            "vendor_person_id": "text",
            "first_name": "text",
            "last_name": "text",
            "email": "text",
            "title": "text",
            "seniority": "text",
            "job_function": "text",
            "phone": "text",
            "linkedin_url": "text",
            "city": "text",
            "country_code": "text",
        },
    )
}}
