{{ config(materialized="view") }}
with
    suggestions as (select * from {{ ref("stg_ml__suggested_weights") }}),
    vectors as (
        select *, sum(weight) {{ over_all() }} as total_weight
        from {{ ref("icp_vectors") }}
        where effect = 'score' and weight > 0
    ),
    final as (
        select
            vectors.vector_id,
            vectors.definition,
            vectors.status,
            suggestions.matching_deals,
            vectors.weight,
            cast(
                suggestions.weight_ratio * vectors.total_weight as decimal(9, 2)
            ) as suggested_weight,
            cast(
                suggestions.weight_ratio_low * vectors.total_weight as decimal(9, 2)
            ) as suggested_weight_low,
            cast(
                suggestions.weight_ratio_high * vectors.total_weight as decimal(9, 2)
            ) as suggested_weight_high,
            case
                when suggestions.effect is null
                then 'too few deals'
                when
                    suggestions.weight_ratio_low * vectors.total_weight > vectors.weight
                then 'raise'
                when
                    suggestions.weight_ratio_high * vectors.total_weight
                    < vectors.weight
                then 'lower'
                else 'keep'
            end as advice,
            suggestions.effect,
            suggestions.effect_low,
            suggestions.effect_high
        from vectors
        left join suggestions on vectors.vector_id = suggestions.vector_id
    )
select *
from final
