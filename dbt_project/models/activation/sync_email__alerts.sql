select alert_id, owner_email as recipient, alert_text, crm_url
from {{ ref("account_alerts") }}
where {{ list_holds(split_values("channels"), "'email'") }}
union all
select alert_id, recipient_email as recipient, alert_text, crm_url
from {{ ref("lead_alerts") }}
where {{ list_holds(split_values("channels"), "'email'") }}
