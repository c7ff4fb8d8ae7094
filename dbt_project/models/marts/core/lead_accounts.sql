select
    lead_id,
    account_id,
    crm_account_id,
    our_account_id,
    method,
    confidence,
    evidence,
    our_method,
    our_confidence,
    our_evidence
from {{ ref("stg_ml__lead_accounts") }}
where account_id is not null
