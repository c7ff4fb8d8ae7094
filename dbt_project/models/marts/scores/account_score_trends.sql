with
    history as (select * from {{ ref("account_score_history") }}),
    steps as (
        select
            *,
            lag(overall_score) over (
                partition by account_id order by valid_from
            ) as previous_score,
            count(*) over (partition by account_id) as state_count
        from history
    ),
    present as (select * from steps where is_current),
    month_ago as (
        select account_id, overall_score
        from history
        where
            valid_from <= {{ as_of_timestamp() }} - interval 30 day
            and coalesce(valid_to, timestamp '9999-01-01')
            > {{ as_of_timestamp() }} - interval 30 day
    ),
    final as (
        select
            present.account_id,
            present.overall_score,
            present.previous_score,
            month_ago.overall_score as month_ago_score,
            cast(
                present.overall_score - present.previous_score as decimal(6, 2)
            ) as score_change,
            cast(
                present.overall_score - month_ago.overall_score as decimal(6, 2)
            ) as month_change,
            present.state_count,
            present.valid_from as changed_at
        from present
        left join month_ago on present.account_id = month_ago.account_id
    )
select *
from final
