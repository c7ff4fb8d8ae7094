select alert_id, alert_text, crm_url
from {{ ref("account_alerts") }}
where {{ list_holds(split_values("channels"), "'teams'") }}
union all
select alert_id, alert_text, crm_url
from {{ ref("lead_alerts") }}
where {{ list_holds(split_values("channels"), "'teams'") }}
