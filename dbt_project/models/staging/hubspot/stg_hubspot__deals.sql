{{
    stage_source(
        "hubspot",
        "deals",
        {
            "id": "hubspot_deal_id text",
            "merged_into_id": "merged_into_hubspot_deal_id text",
            "hs_primary_associated_company": "hubspot_company_id text",
            "hubspot_owner_id": "owner_user_id text",
            "pipeline": "pipeline_id text",
            "dealstage": "stage_id text",
            "dealname": "deal_name text",
            "dealtype": "deal_type text",
            "original_source": "lead_source text",
            "competitor": "competitor text",
            "closed_lost_reason": "loss_reason text",
            "is_deleted": "is_deleted boolean",
            "amount": "amount_usd decimal(18,2)",
            "closedate": "closed_at timestamp",
            "archived_at": "archived_at timestamp",
            "created_at": "created_at timestamp",
            "updated_at": "last_modified_at timestamp",
        },
    )
}}
