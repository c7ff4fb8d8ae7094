with
    alerts as (
        select *
        from {{ ref("account_alerts") }}
        where {{ list_holds(split_values("channels"), "'webhook'") }}
    ),
    webhooks as (select * from {{ ref("webhooks") }} where is_enabled)
select
    {{ event_key("alerts.alert_id") }} as alert_id,
    alerts.account_id,
    alerts.event_type,
    alerts.tier,
    alerts.priority,
    cast(alerts.overall_score as double) as overall_score,
    alerts.alert_text,
    alerts.crm_url
from alerts
inner join webhooks on {{ hears_event("alerts.event_type") }}
