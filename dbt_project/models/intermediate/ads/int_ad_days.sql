{{ config(materialized="view") }}

-- Platforms count in their own ways: Google in millionths of the currency, Meta by
-- action.
with
    days as (select * from {{ ref("stg_ads__campaign_days") }} where not is_deleted),

    campaigns as (select * from {{ ref("stg_ads__campaigns") }}),

    rates as (select * from {{ ref("exchange_rates") }}),

    counted_actions as (select * from {{ ref("ad_conversion_actions") }}),

    actions as (
        select
            source,
            campaign_id,
            report_date,
            {{ unnested(json_actions("actions")) }} as action
        from days
        where actions is not null
    ),

    action_counts as (
        select
            actions.source,
            actions.campaign_id,
            actions.report_date,
            sum(
                case
                    when counted_actions.counts_as = 'conversion'
                    then {{ cast_or_null("actions.action.value", "double") }}
                end
            ) as conversion_count,
            sum(
                case
                    when counted_actions.counts_as = 'lead'
                    then {{ cast_or_null("actions.action.value", "double") }}
                end
            ) as lead_count
        from actions
        inner join
            counted_actions
            on actions.source = counted_actions.platform
            and actions.action.action_type = counted_actions.action_type
        group by actions.source, actions.campaign_id, actions.report_date
    ),

    costed as (
        select
            *, coalesce(cost, cast(cost_micros / 1000000.0 as decimal(18, 2))) as spent
        from days
    )

select
    costed.source as platform,
    {{ number_at_end("costed.campaign_id") }} as campaign_id,
    coalesce(costed.campaign_name, campaigns.campaign_name) as campaign_name,
    costed.report_date,
    coalesce(costed.impression_count, 0) as impression_count,
    coalesce(costed.click_count, 0) as click_count,
    coalesce(
        costed.conversion_count, action_counts.conversion_count, 0
    ) as conversion_count,
    coalesce(costed.lead_count, action_counts.lead_count, 0) as lead_count,
    costed.currency_code,
    costed.spent as cost,
    coalesce(
        costed.cost_usd, cast(costed.spent * rates.usd_per_unit as decimal(18, 2))
    ) as cost_usd
from costed
left join
    action_counts
    on costed.source = action_counts.source
    and costed.campaign_id = action_counts.campaign_id
    and costed.report_date = action_counts.report_date
left join
    campaigns
    on costed.source = campaigns.source
    and {{ number_at_end("costed.campaign_id") }} = campaigns.campaign_id
left join rates on costed.currency_code = rates.currency_code
