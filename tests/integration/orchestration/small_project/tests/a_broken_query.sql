select no_such_column
from {{ ref("dim_leads") }}
