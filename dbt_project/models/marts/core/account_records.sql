select source, object, record_id, account_id, method, confidence
from {{ ref("int_account_records") }}
