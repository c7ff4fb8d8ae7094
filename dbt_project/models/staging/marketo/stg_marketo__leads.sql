{{
    stage_source(
        "marketo",
        "leads",
        {
            "id": "marketo_lead_id text",
            "sfdc_lead_id": "salesforce_lead_id text",
            "sfdc_contact_id": "salesforce_contact_id text",
            "sfdc_account_id": "salesforce_account_id text",
            "first_name": "first_name text",
            "last_name": "last_name text",
            "email": "email text",
            "phone": "phone text",
            "title": "title text",
            "company": "company_name text",
            "website": "website text",
            "industry": "industry text",
            "city": "city text",
            "state": "state text",
            "country": "country text",
            "lead_source": "lead_source text",
            "lead_status": "lead_status text",
            "unsubscribed": "is_unsubscribed boolean",
            "lead_score": "lead_score bigint",
            "created_at": "created_at timestamp",
            "updated_at": "updated_at timestamp",
        },
    )
}}
