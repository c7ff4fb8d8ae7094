select id as lead_id
from {{ source("crm", "leads") }}
