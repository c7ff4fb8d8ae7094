with
    matches as (select * from {{ ref("int_accounts__vector_matches") }}),
    fits as (select * from {{ ref("int_accounts__fit") }}),
    vectors as (select * from {{ ref("icp_vectors") }}),
    final as (
        select
            matches.account_id,
            matches.vector_id,
            vectors.vector_kind,
            vectors.definition,
            matches.effect,
            vectors.status,
            vectors.attribute,
            matches.observed_value,
            matches.is_match,
            matches.is_missing,
            matches.weight,
            -- An account that cannot be scored has no points to explain.
            cast(
                case
                    when fits.fit_score is null then 0 else matches.contribution
                end as decimal(5, 2)
            ) as contribution,
            matches.share as possible_contribution
        from matches
        inner join vectors on matches.vector_id = vectors.vector_id
        inner join fits on matches.account_id = fits.account_id
    )
select *
from final
