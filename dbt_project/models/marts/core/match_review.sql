select
    left_source,
    left_object,
    left_record_id,
    right_source,
    right_object,
    right_record_id,
    score,
    evidence,
    observed_at
from {{ ref("stg_ml__match_review") }}
