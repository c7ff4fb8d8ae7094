with
    opportunities as (select * from {{ ref("int_opportunities") }}),
    final as (
        select account_id, created_at as happened_at
        from opportunities
        where account_id is not null and created_at is not null
    )
select *
from final
