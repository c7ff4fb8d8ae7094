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
    ),

    all_known as (
        select
            *, coalesce(salesforce_account_id, hubspot_company_id) as account_record_id
        from known
        union all
        select
            source,
            opportunity_id,
            cast(null as text) as salesforce_account_id,
            cast(null as text) as hubspot_company_id,
            owner_user_id,
            campaign_id,
            opportunity_name,
            stage,
            opportunity_type,
            lead_source,
            forecast_category,
            competitor,
            loss_reason,
            is_closed,
            is_won,
            amount_usd,
            probability_ratio,
            cast(null as bigint) as contact_count,
            created_at,
            close_date,
            account_record_id
        from {{ ref("int_opportunities__crms") }}
    )

select
    opportunities.source,
    opportunities.opportunity_id,
    account_records.account_id,
    opportunities.salesforce_account_id,
    opportunities.hubspot_company_id,
    opportunities.account_record_id,
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
    opportunities.probability_ratio,
    case
        when opportunities.is_closed
        then
            cast(
                opportunities.close_date
                - cast(opportunities.created_at as date) as integer
            )
    end as sales_cycle_days,
    cast(coalesce(opportunities.contact_count, 0) as integer) as contact_count,
    opportunities.created_at,
    opportunities.close_date
from all_known as opportunities
left join
    account_records
    on opportunities.source = account_records.source
    and opportunities.account_record_id = account_records.record_id
