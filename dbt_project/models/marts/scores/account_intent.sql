select
    account_id,
    topic,
    provider,
    is_surging,
    is_jumping,
    is_shared,
    score,
    week_change,
    reader_count,
    week_date
from {{ ref("int_account_topics") }}
