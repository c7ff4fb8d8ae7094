{{ config(materialized="view") }}
with
    final as (
        select
            attribute || ': ' || segment as segment_id,
            attribute,
            segment,
            verdict,
            is_driver,
            closed_count,
            won_count,
            closed_count - won_count as lost_count,
            buyer_count,
            churned_count,
            win_ratio,
            win_ratio_low,
            win_ratio_high,
            lift,
            churned_count / cast(nullif(buyer_count, 0) as double) as churn_ratio,
            mean_won_usd,
            mean_cycle_days,
            p_value,
            q_value
        from {{ ref("stg_ml__segment_evidence") }}
    )
select *
from final
