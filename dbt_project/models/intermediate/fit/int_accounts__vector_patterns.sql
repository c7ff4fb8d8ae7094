with
    used as (select attribute from {{ ref("icp_vectors") }}),
    facts as ({{ account_facts("used") }}),
    patterns as ({{ vector_patterns("facts") }})
select entity_id as account_id, set_id, matched_bits, known_bits
from patterns
