select source, object, record_id, contact_id, account_id, method, confidence
from {{ ref("int_person_records__linked") }}
