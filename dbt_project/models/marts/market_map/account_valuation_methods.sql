with
    final as (
        select
            account_id,
            method,
            segment,
            is_applicable,
            value_usd,
            reason,
            inputs,
            version
        from {{ ref("int_account_valuation_methods") }}
    )
select *
from final
