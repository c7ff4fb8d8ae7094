select lead_id
from {{ ref("stg_leads") }}
