with
    patterns as (select * from {{ ref("int_accounts__vector_patterns") }}),
    matches as ({{ pattern_matches("patterns") }})
select *
from matches
