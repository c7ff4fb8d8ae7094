{{
    config(
        materialized="incremental",
        incremental_strategy="merge",
        unique_key=["account_id", "valid_from"],
        merge_update_columns=["valid_to", "is_current"],
        full_refresh=false,
        on_schema_change="append_new_columns",
    )
}}
with
    records as (
        select salesforce_account_id, system_modified_at
        from {{ ref("stg_salesforce__accounts") }}
    ),
    owners as (
        select
            accounts.account_id,
            accounts.owner_user_id,
            records.system_modified_at as record_modified_at
        from {{ ref("dim_accounts") }} as accounts
        inner join
            records on accounts.salesforce_account_id = records.salesforce_account_id
        where accounts.owner_user_id is not null
    ),
    final as (
        {{
            change_history(
                "owners",
                key="account_id",
                tracked=["owner_user_id"],
                carried=["record_modified_at"],
            )
        }}
    )
select *
from final
