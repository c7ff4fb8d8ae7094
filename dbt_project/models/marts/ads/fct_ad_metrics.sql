select
    platform || ':' || campaign_id || ':' || report_date as ad_metric_id,
    campaign_id,
    platform,
    campaign_name,
    currency_code,
    impression_count,
    click_count,
    conversion_count,
    lead_count,
    cast(click_count as double) / nullif(impression_count, 0) as click_ratio,
    cost,
    cost_usd,
    report_date
from {{ ref("int_ad_days") }}
