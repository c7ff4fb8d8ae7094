{{ config(materialized="view") }}

with
    deals as (
        select *
        from {{ ref("stg_hubspot__deals") }}
        where not coalesce(is_deleted, false)
    ),

    stages as (select * from {{ ref("stg_hubspot__deal_stages") }}),

    links as (
        select
            from_record_id as hubspot_deal_id,
            min(case when to_object = 'companies' then to_record_id end) as company_id,
            count(
                distinct case when to_object = 'contacts' then to_record_id end
            ) as contact_count
        from {{ ref("stg_hubspot__associations") }}
        where from_object = 'deals' and not coalesce(is_deleted, false)
        group by from_record_id
    )

select
    'hubspot' as source,
    deals.hubspot_deal_id as opportunity_id,
    cast(null as text) as salesforce_account_id,
    coalesce(deals.hubspot_company_id, links.company_id) as hubspot_company_id,
    deals.owner_user_id,
    cast(null as text) as campaign_id,
    deals.deal_name as opportunity_name,
    coalesce(stages.stage, deals.stage_id) as stage,
    case
        deals.deal_type
        when 'newbusiness'
        then 'New Business'
        when 'existingbusiness'
        then 'Existing Business'
        else deals.deal_type
    end as opportunity_type,
    deals.lead_source,
    cast(null as text) as forecast_category,
    deals.competitor,
    deals.loss_reason,
    stages.is_closed,
    stages.is_closed and stages.probability_ratio = 1 as is_won,
    deals.amount_usd,
    stages.probability_ratio,
    links.contact_count,
    deals.created_at,
    cast(deals.closed_at as date) as close_date
from deals
left join
    stages
    on deals.pipeline_id = stages.pipeline_id
    and deals.stage_id = stages.stage_id
left join links on deals.hubspot_deal_id = links.hubspot_deal_id
