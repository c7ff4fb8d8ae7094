{{ config(materialized="view") }}
with
    final as (
        select
            driver,
            attribute,
            item,
            place,
            is_driver,
            case
                when is_driver
                then 'drives wins'
                when alone_p_value <= 0.05
                then 'goes along with a driver'
                else 'no difference shown'
            end as verdict,
            alone_p_value,
            given_others_p_value,
            chi_square,
            degrees
        from {{ ref("stg_ml__driver_evidence") }}
    )
select *
from final
