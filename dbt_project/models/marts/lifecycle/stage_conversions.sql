with
    changes as (select * from {{ ref("fct_stage_changes") }} where entity = 'accounts'),
    segments as (select * from {{ ref("int_account_segments") }}),
    stages as (select * from {{ ref("stages") }}),
    moved as (
        select
            changes.account_id,
            changes.stage,
            changes.changed_at,
            changes.ended_at,
            lead(changes.stage) over (
                partition by changes.account_id order by changes.changed_at
            ) as next_stage,
            coalesce(segments.segment, 'default') as segment
        from changes
        left join segments on changes.account_id = segments.account_id
    ),
    placed as (
        select
            moved.*,
            here.position,
            there.position as next_position,
            {{ dbt.datediff("moved.changed_at", "moved.ended_at", "day") }} as days
        from moved
        inner join stages as here on moved.stage = here.stage
        left join stages as there on moved.next_stage = there.stage
    ),
    final as (
        select
            stage,
            segment,
            count(*) as entered_count,
            count(case when next_position > position then 1 end) as advanced_count,
            count(case when next_position < position then 1 end) as returned_count,
            count(case when next_stage is null then 1 end) as staying_count,
            count(case when next_position > position then 1 end) / cast(
                nullif(count(case when next_stage is not null then 1 end), 0) as double
            ) as conversion_ratio,
            avg(cast(days as double)) as average_days,
            cast({{ median_of("days") }} as double) as median_days,
            avg(
                case when next_position > position then cast(days as double) end
            ) as average_days_to_advance
        from placed
        group by stage, segment
    )
select *
from final
