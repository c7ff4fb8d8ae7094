with
    records as (
        select record_id, account_id, has_prevent_override
        from {{ ref("int_account_records") }}
        where
            source = 'salesforce'
            and object = 'Account'
            and merged_into_record_id is null
    ),
    accounts as (select * from {{ ref("int_accounts") }}),
    tiers as (select * from {{ ref("account_tiers") }}),
    valuations as (select * from {{ ref("account_valuations") }}),
    scores as (select * from {{ ref("account_scores") }}),
    tier_labels as (
        select * from {{ ref("picklist_map") }} where target_field = 'Account_Tier__c'
    ),
    final as (
        select
            records.record_id as salesforce_account_id,
            records.account_id,
            records.has_prevent_override as prevent_override,
            tier_labels.crm_value as account_tier,
            cast(tiers.fit_score as double) as icp_fit_score,
            valuations.valuation_usd as account_valuation,
            cast(scores.overall_score as double) as intelligence_score,
            left(scores.last_intent_topic, 255) as last_intent_topic,
            cast(
                round(cast(100 * scores.propensity as decimal(18, 6)), 2) as double
            ) as ai_score,
            cast(scores.last_engaged_at as date) as last_engaged_date,
            cast(
                round(accounts.annual_revenue_usd, 0) as decimal(18, 0)
            ) as annual_revenue,
            cast(accounts.employee_count as integer) as employee_count,
            tiers.tier_reason
        from records
        inner join accounts on records.account_id = accounts.account_id
        left join tiers on records.account_id = tiers.account_id
        left join tier_labels on tiers.tier = tier_labels.internal_value
        left join valuations on records.account_id = valuations.account_id
        left join scores on records.account_id = scores.account_id
    )
select *
from final
