select
    alert_id,
    account_id,
    event_type,
    tier,
    priority,
    cast(overall_score as double) as overall_score,
    alert_text,
    crm_url
from {{ ref("account_alerts") }}
where {{ list_holds(split_values("channels"), "'webhook'") }}
