select lead_id, account_id, method, confidence
from {{ ref("stg_ml__lead_accounts") }}
where account_id is not null
