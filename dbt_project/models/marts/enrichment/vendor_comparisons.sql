with performance as (select * from {{ ref("vendor_performance") }})

select
    dearer.vendor,
    cheaper.vendor as alternative_vendor,
    dearer.entity,
    dearer.cost_per_match_usd,
    cheaper.cost_per_match_usd as alternative_cost_per_match_usd,
    dearer.match_ratio,
    cheaper.match_ratio as alternative_match_ratio,
    cast(
        1 - cheaper.cost_per_match_usd / dearer.cost_per_match_usd as double
    ) as saving_ratio,
    dearer.cost_per_match_usd - cheaper.cost_per_match_usd
    > 0.2 * dearer.cost_per_match_usd as is_switch_advised
from performance as dearer
inner join
    performance as cheaper
    on dearer.entity = cheaper.entity
    and cheaper.cost_per_match_usd < dearer.cost_per_match_usd
