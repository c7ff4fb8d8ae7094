with
    opportunities as (
        {{
            live_records(
                ref("stg_salesforce__opportunities"), "Opportunity", "opportunity_id"
            )
        }}
    ),

    account_records as (
        select record_id, account_id
        from {{ ref("int_account_records") }}
        where source = 'salesforce' and object = 'Account'
    ),

    contact_roles as (
        select opportunity_id, count(distinct salesforce_contact_id) as contact_count
        from {{ ref("stg_salesforce__opportunity_contact_roles") }}
        where not coalesce(is_deleted, false)
        group by opportunity_id
    )

select
    opportunities.opportunity_id,
    account_records.account_id,
    opportunities.salesforce_account_id,
    opportunities.owner_user_id,
    opportunities.campaign_id,
    opportunities.opportunity_name,
    opportunities.stage,
    opportunities.opportunity_type,
    opportunities.lead_source,
    opportunities.forecast_category,
    opportunities.competitor,
    opportunities.loss_reason,
    coalesce(opportunities.is_closed, false) as is_closed,
    coalesce(opportunities.is_won, false) as is_won,
    opportunities.amount_usd,
    opportunities.probability_percent / 100 as probability_ratio,
    case
        when opportunities.is_closed
        then
            cast(
                opportunities.close_date
                - cast(opportunities.created_at as date) as integer
            )
    end as sales_cycle_days,
    cast(coalesce(contact_roles.contact_count, 0) as integer) as contact_count,
    opportunities.created_at,
    opportunities.close_date
from opportunities
left join
    account_records on opportunities.salesforce_account_id = account_records.record_id
left join contact_roles on opportunities.opportunity_id = contact_roles.opportunity_id
