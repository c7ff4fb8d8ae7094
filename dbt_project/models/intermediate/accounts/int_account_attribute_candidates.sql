{{ config(materialized="view") }}

with
    crm as (
        {{
            attribute_candidates(
                [
                    {
                        "source": "salesforce",
                        "object": "Account",
                        "relation": ref("stg_salesforce__accounts"),
                        "rows": own_values(
                            ref("stg_salesforce__accounts"),
                            "salesforce",
                            "salesforce_account_id",
                            {
                                "employee_count": "bigint NumberOfEmployees",
                                "annual_revenue_usd": "decimal(18,2) AnnualRevenue",
                            },
                        ),
                        "key": "salesforce_account_id",
                        "observed_at": "last_modified_at",
                    },
                    {
                        "source": "hubspot",
                        "object": "Company",
                        "relation": ref("stg_hubspot__companies"),
                        "key": "hubspot_company_id",
                        "observed_at": "last_modified_at",
                    },
                    {
                        "source": "crms",
                        "source_column": "source",
                        "object": "Account",
                        "relation": ref("stg_crms__accounts"),
                        "key": "crm_account_id",
                        "observed_at": "last_modified_at",
                    },
                ]
            )
        }}
    ),

    overrides as (select * from {{ ref("account_overrides") }}),

    candidates as (
        select
            source,
            object,
            record_id,
            attribute,
            column_name,
            value,
            authority,
            priority * 100 as priority,
            observed_at,
            source as record_source,
            object as record_object
        from crm
        union all
        -- What a person decided; with allow_overwrite it yields to any system that
        -- knows a value.
        select
            'manual' as source,
            'Override' as object,
            record_id,
            attribute,
            attribute as column_name,
            value,
            case when allow_overwrite then 'waterfall' else 'manual' end as authority,
            case when allow_overwrite then 100000 else 1 end as priority,
            cast(decided_on as timestamp) as observed_at,
            source as record_source,
            object as record_object
        from
            overrides
            {{
                vendor_candidates(
                    ref("stg_vendors__companies"), ref("int_enrichment_steps")
                )
            }}
            {{
                file_vendor_candidates(
                    ref("int_file_vendor_rows"), ref("int_enrichment_steps")
                )
            }}
    )

select *
from candidates
