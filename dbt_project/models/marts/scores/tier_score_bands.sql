with
    tiers as (select account_id, tier from {{ ref("account_tiers") }}),
    scores as (select account_id, overall_score from {{ ref("account_scores") }}),
    banded as (
        select
            tiers.tier,
            cast(
                floor(least(coalesce(scores.overall_score, 0), 99.99) / 20)
                * 20 as integer
            ) as score_from
        from tiers
        left join scores on tiers.account_id = scores.account_id
        where tiers.tier is not null
    )
select tier, score_from, score_from + 20 as score_to, count(*) as account_count
from banded
group by tier, score_from
