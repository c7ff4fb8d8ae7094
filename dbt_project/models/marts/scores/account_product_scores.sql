with
    points as (select * from {{ ref("int_activity_points") }}),
    final as (
        select
            account_id,
            product,
            {{ held_to_100("sum(points)") }} as product_score,
            cast(sum(points) as decimal(18, 4)) as points,
            cast(sum(activity_count) as bigint) as event_count,
            max(last_activity_at) as last_event_at
        from points
        where account_id is not null and product is not null
        group by account_id, product
    )
select *
from final
