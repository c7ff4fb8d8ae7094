{{ config(materialized="view") }}
with
    flags as (select * from {{ ref("tier_feedback_flags") }}),
    records as (
        select record_id, account_id
        from {{ ref("account_records") }}
        where source = 'salesforce' and object = 'Account'
    ),
    tiers as (select * from {{ ref("account_tiers") }}),
    accounts as (select account_id, account_name from {{ ref("dim_accounts") }}),
    final as (
        select
            flags.salesforce_account_id,
            records.account_id,
            accounts.account_name,
            tiers.tier,
            flags.proposed_tier,
            tiers.fit_score,
            tiers.tier_reason,
            flags.reason,
            flags.flagged_by,
            flags.flagged_on,
            flags.status,
            coalesce(tiers.tier = flags.proposed_tier, false) as is_settled
        from flags
        left join records on flags.salesforce_account_id = records.record_id
        left join accounts on records.account_id = accounts.account_id
        left join tiers on records.account_id = tiers.account_id
    )
select *
from final
