with
    feedback as (select * from {{ ref("score_feedback") }}),
    history as (select * from {{ ref("account_score_history") }}),
    banded as (
        select
            feedback.*,
            cast(
                floor(least(history.overall_score, 99.99) / 20) * 20 as integer
            ) as score_from
        from feedback
        left join
            history
            on feedback.account_id = history.account_id
            and feedback.decided_at >= history.valid_from
            and feedback.decided_at < coalesce(history.valid_to, timestamp '9999-01-01')
    )
select
    coalesce(score_from, -1) as score_from,
    decision,
    coalesce(reason, 'none given') as reason,
    count(*) as decision_count,
    count(*)
    / cast(sum(count(*)) over (partition by score_from) as double) as decision_ratio
from banded
group by score_from, decision, coalesce(reason, 'none given')
