-- The lowest threshold above which there are no more accounts than the team can
-- follow up
-- in a week: the score of the first account that is one too many.
with
    capacities as (select * from {{ ref("sales_capacity") }}),
    scores as (select * from {{ ref("account_scores") }}),
    stages as (select * from {{ ref("account_stages") }}),
    waiting as (
        select scores.account_id, scores.overall_score
        from scores
        inner join stages on scores.account_id = stages.account_id
        where
            stages.stage in ('unqualified', 'engaged', 'mql')
            and scores.priority is not null
    ),
    ranked as (
        select *, row_number() over (order by overall_score desc, account_id) as place
        from waiting
    ),
    sized as (
        select *, sdr_count * leads_per_sdr_week as weekly_capacity from capacities
    ),
    suggested as (
        select
            sized.team,
            sized.sdr_count,
            sized.leads_per_sdr_week,
            sized.weekly_capacity,
            coalesce(max(ranked.overall_score), 0) as suggested_threshold
        from sized
        left join ranked on ranked.place = sized.weekly_capacity + 1
        group by all
    ),
    final as (
        select
            suggested.team,
            cast(suggested.sdr_count as integer) as sdr_count,
            cast(suggested.leads_per_sdr_week as integer) as leads_per_sdr_week,
            cast(suggested.weekly_capacity as integer) as weekly_capacity,
            cast(suggested.suggested_threshold as decimal(5, 2)) as suggested_threshold,
            count(waiting.account_id) as lead_count
        from suggested
        left join waiting on waiting.overall_score > suggested.suggested_threshold
        group by all
    )
select *
from final
