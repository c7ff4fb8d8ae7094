-- A crossing is made of two states of the history, which is never rewritten: each is
-- told
-- once, whatever runs follow.
with
    history as (select * from {{ ref("account_score_history") }}),
    thresholds as (
        select
            threshold_set,
            outcome,
            {{ cast_or_null("value", "double") }} as threshold,
            operator
        from {{ ref("score_thresholds") }}
        where attribute = 'overall_score' and operator in ('gt', 'gte')
    ),
    steps as (
        select
            *,
            lag(overall_score) over (
                partition by account_id order by valid_from
            ) as previous_score
        from history
    ),
    judged as (
        select
            steps.*,
            thresholds.threshold_set,
            thresholds.outcome,
            thresholds.threshold,
            case
                when thresholds.operator = 'gt'
                then steps.overall_score > thresholds.threshold
                else steps.overall_score >= thresholds.threshold
            end as is_above,
            case
                when thresholds.operator = 'gt'
                then steps.previous_score > thresholds.threshold
                else steps.previous_score >= thresholds.threshold
            end as was_above
        from steps
        cross join thresholds
    ),
    final as (
        select
            md5(
                account_id
                || '|'
                || threshold_set
                || '|'
                || outcome
                || '|'
                || cast(valid_from as text)
            ) as threshold_crossing_id,
            account_id,
            threshold_set,
            outcome,
            case when is_above then 'up' else 'down' end as direction,
            model_version,
            cast(threshold as decimal(5, 2)) as threshold,
            previous_score,
            overall_score,
            valid_from as crossed_at
        from judged
        where is_above is distinct from coalesce(was_above, false)
    )
select *
from final
