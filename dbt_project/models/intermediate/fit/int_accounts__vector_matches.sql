{{ config(materialized="view") }}
with
    patterns as (select * from {{ ref("int_accounts__vector_patterns") }}),
    judged as (select * from {{ ref("int_icp_patterns") }})
select
    patterns.account_id,
    judged.vector_id,
    judged.effect,
    judged.missing_policy,
    judged.is_match,
    judged.is_missing,
    judged.is_left_out,
    judged.weight,
    judged.share,
    judged.contribution
from patterns
inner join judged on {{ same_pattern("patterns", "judged") }}
