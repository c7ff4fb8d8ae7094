with
    opportunities as (
        {{
            live_records(
                ref("stg_salesforce__opportunities"), "Opportunity", "opportunity_id"
            )
        }}
    ),

    account_records as (
        select source, record_id, account_id
        from {{ ref("int_account_records") }} as records
        where {{ is_crm_account("records") }}
    ),

    contact_roles as (
        select opportunity_id, count(distinct salesforce_contact_id) as contact_count
        from {{ ref("stg_salesforce__opportunity_contact_roles") }}
        where not coalesce(is_deleted, false)
        group by opportunity_id
    ),

    deals as (select * from {{ ref("int_opportunities__hubspot") }}),

    known as (
        select
            'salesforce' as source,
            opportunities.opportunity_id,
            opportunities.salesforce_account_id,
            cast(null as text) as hubspot_company_id,
            opportunities.owner_user_id,
            opportunities.campaign_id,
            opportunities.opportunity_name,
            opportunities.stage,
            opportunities.opportunity_type,
            opportunities.lead_source,
            opportunities.forecast_category,
            opportunities.competitor,
            opportunities.loss_reason,
            opportunities.is_closed,
            opportunities.is_won,
            opportunities.amount_usd,
            opportunities.probability_percent / 100 as probability_ratio,
            contact_roles.contact_count,
            opportunities.created_at,
            opportunities.close_date
        from opportunities
        left join
            contact_roles on opportunities.opportunity_id = contact_roles.opportunity_id
        union all
        select *
        from deals
    )

select
    known.source,
    known.opportunity_id,
    account_records.account_id,
    known.salesforce_account_id,
    known.hubspot_company_id,
    known.owner_user_id,
    known.campaign_id,
    known.opportunity_name,
    known.stage,
    known.opportunity_type,
    known.lead_source,
    known.forecast_category,
    known.competitor,
    known.loss_reason,
    coalesce(known.is_closed, false) as is_closed,
    coalesce(known.is_won, false) as is_won,
    known.amount_usd,
    known.probability_ratio,
    case
        when known.is_closed
        then cast(known.close_date - cast(known.created_at as date) as integer)
    end as sales_cycle_days,
    cast(coalesce(known.contact_count, 0) as integer) as contact_count,
    known.created_at,
    known.close_date
from known
left join
    account_records
    on known.source = account_records.source
    and coalesce(known.salesforce_account_id, known.hubspot_company_id)
    = account_records.record_id
