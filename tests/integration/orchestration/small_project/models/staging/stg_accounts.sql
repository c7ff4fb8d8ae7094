select id as account_id, score
from {{ source("crm", "accounts") }}
