{{ config(materialized="view") }}

with
    opportunities as (
        select *
        from {{ ref("stg_crms__opportunities") }}
        where not coalesce(is_deleted, false)
    ),

    stages as (
        select *
        from {{ ref("stg_crms__stages") }}
        where not coalesce(is_deleted, false)
    ),

    outcomes as (select * from {{ ref("opportunity_outcomes") }})

select
    opportunities.source,
    opportunities.opportunity_id,
    opportunities.crm_account_id as account_record_id,
    opportunities.owner_user_id,
    opportunities.campaign_id,
    opportunities.opportunity_name,
    coalesce(opportunities.stage, stages.stage, opportunities.stage_id) as stage,
    opportunities.opportunity_type,
    opportunities.lead_source,
    opportunities.forecast_category,
    opportunities.competitor,
    opportunities.loss_reason,
    outcomes.outcome is not null as is_closed,
    coalesce(outcomes.is_won, false) as is_won,
    opportunities.amount_usd,
    coalesce(opportunities.probability_percent, stages.probability_percent)
    / 100 as probability_ratio,
    opportunities.created_at,
    opportunities.close_date
from opportunities
left join
    stages
    on opportunities.source = stages.source
    and opportunities.stage_id = stages.stage_id
left join
    outcomes
    on opportunities.source = outcomes.source
    and {{ vocabulary_key("opportunities.outcome") }}
    = {{ vocabulary_key("outcomes.outcome") }}
