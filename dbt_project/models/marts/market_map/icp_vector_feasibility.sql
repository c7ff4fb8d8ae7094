{{ config(materialized="view") }}
with
    vectors as (select * from {{ ref("icp_vectors") }}),
    matches as (select * from {{ ref("int_accounts__vector_matches") }}),
    valuations as (select * from {{ ref("account_valuations") }}),
    counts as (
        select
            matches.vector_id,
            count(*) as account_count,
            sum(case when matches.is_missing then 0 else 1 end) as known_count,
            sum(case when matches.is_match then 1 else 0 end) as matching_count,
            sum(
                case when matches.is_match then valuations.valuation_usd end
            ) as matching_valuation_usd
        from matches
        left join valuations on matches.account_id = valuations.account_id
        group by matches.vector_id
    ),
    final as (
        select
            vectors.vector_id,
            vectors.vector_kind,
            vectors.definition,
            vectors.attribute,
            vectors.provider,
            vectors.status,
            vectors.attribute is null as is_theoretical,
            cast(coalesce(counts.account_count, 0) as bigint) as account_count,
            cast(coalesce(counts.known_count, 0) as bigint) as known_count,
            cast(coalesce(counts.matching_count, 0) as bigint) as matching_count,
            counts.known_count / cast(counts.account_count as double) as known_ratio,
            counts.matching_count
            / cast(nullif(counts.known_count, 0) as double) as matching_ratio,
            cast(
                coalesce(counts.matching_valuation_usd, 0) as decimal(18, 2)
            ) as matching_valuation_usd
        from vectors
        left join counts on vectors.vector_id = counts.vector_id
    )
select *
from final
