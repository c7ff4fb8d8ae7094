{{ config(materialized="view") }}
with
    final as (
        select
            approach,
            approach_number,
            approach_name,
            complexity,
            market_mode,
            points,
            place,
            is_recommended,
            is_chosen,
            needs_decision,
            reasons,
            gap_notes
        from {{ ref("int_market_approaches") }}
    )
select *
from final
