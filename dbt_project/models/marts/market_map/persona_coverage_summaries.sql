{{ config(materialized="view") }}
with
    coverages as (select * from {{ ref("account_coverages") }}),
    targets as (select * from {{ ref("persona_coverage_targets") }}),
    final as (
        select
            targets.tier,
            count(coverages.account_id) as account_count,
            sum(case when coverages.has_p1_persona then 1 else 0 end) as covered_count,
            sum(case when coverages.has_p1_persona then 1 else 0 end)
            / cast(nullif(count(coverages.account_id), 0) as double) as covered_ratio,
            targets.target_ratio,
            coalesce(
                sum(case when coverages.has_p1_persona then 1 else 0 end)
                / cast(nullif(count(coverages.account_id), 0) as double)
                >= targets.target_ratio,
                true
            ) as is_met,
            sum(case when coverages.is_requested then 1 else 0 end) as requested_count
        from targets
        left join coverages on targets.tier = coverages.tier
        group by targets.tier, targets.target_ratio
    )
select
    tier,
    cast(account_count as bigint) as account_count,
    cast(coalesce(covered_count, 0) as bigint) as covered_count,
    covered_ratio,
    target_ratio,
    is_met,
    cast(coalesce(requested_count, 0) as bigint) as requested_count
from final
