select
    platform || ':' || organization_id || ':' || report_date as account_ad_metric_id,
    account_id,
    organization_id,
    platform,
    company_name,
    impression_count,
    click_count,
    conversion_count,
    lead_count,
    cast(click_count as double) / nullif(impression_count, 0) as click_ratio,
    cost_usd,
    report_date
from {{ ref("int_account_ad_days") }}
