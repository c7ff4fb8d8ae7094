{% set columns = ["account_id", "set_id", "matched_bits", "known_bits"] %}
with
    used as (select attribute from {{ ref("icp_vectors") }}),
    facts as ({{ account_facts("used") }}),
    patterns as ({{ vector_patterns("facts") }}),
    answers as (
        select entity_id as account_id, set_id, matched_bits, known_bits from patterns
    ),
    kept as ({{ kept_while_held("answers", columns) }})
select {{ columns | join(", ") }}
from kept
{%- if scoring_is_held() %}
    where account_id in (select account_id from {{ ref("int_accounts") }})
{%- endif %}
