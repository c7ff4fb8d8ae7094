select
    user_id,
    manager_user_id,
    user_name,
    email,
    title,
    department,
    time_zone,
    coalesce(is_active, false) as is_active
from {{ ref("stg_salesforce__users") }}
