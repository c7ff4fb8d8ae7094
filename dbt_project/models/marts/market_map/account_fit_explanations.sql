with
    judged as (select * from {{ ref("int_icp_patterns") }}),
    vectors as (select distinct attribute from judged),
    facts as ({{ account_facts("vectors") }}),
    patterns as (select * from {{ ref("int_accounts__vector_patterns") }}),
    fits as ({{ fit_of_matches("judged", "set_id, matched_bits, known_bits") }}),
    explained as (
        select
            judged.set_id,
            judged.matched_bits,
            judged.known_bits,
            judged.vector_id,
            judged.vector_kind,
            judged.definition,
            judged.effect,
            judged.status,
            judged.attribute,
            judged.is_match,
            judged.is_missing,
            judged.weight,
            -- An account that cannot be scored has no points to explain.
            cast(
                case
                    when fits.fit_score is null then 0 else judged.contribution
                end as decimal(5, 2)
            ) as contribution,
            judged.share as possible_contribution
        from judged
        inner join fits on {{ same_pattern("judged", "fits") }}
    ),
    final as (
        select
            patterns.account_id,
            explained.vector_id,
            explained.vector_kind,
            explained.definition,
            explained.effect,
            explained.status,
            explained.attribute,
            facts.value_text as observed_value,
            explained.is_match,
            explained.is_missing,
            explained.weight,
            explained.contribution,
            explained.possible_contribution
        from facts
        inner join patterns on facts.entity_id = patterns.account_id
        inner join
            explained
            on facts.attribute = explained.attribute
            and {{ same_pattern("patterns", "explained") }}
    )
select *
from final
