{{ config(materialized="view") }}

{{
    attribute_candidates(
        [
            {
                "source": "salesforce",
                "object": "Account",
                "relation": ref("stg_salesforce__accounts"),
                "key": "salesforce_account_id",
                "observed_at": "last_modified_at",
            },
            {
                "source": "zoominfo",
                "object": "Company",
                "relation": ref("stg_zoominfo__companies"),
                "key": "input_record_id",
                "observed_at": "observed_at",
            },
        ]
    )
}}
