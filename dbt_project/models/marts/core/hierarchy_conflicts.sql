select
    account_id,
    parent_account_id,
    overruled_parent_account_id,
    kind,
    parent_source,
    overruled_source,
    path,
    observed_at
from {{ ref("stg_ml__hierarchy_conflicts") }}
