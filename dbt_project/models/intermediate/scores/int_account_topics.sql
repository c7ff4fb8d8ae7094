with
    signals as (select * from {{ ref("fct_intent_signals") }}),
    activities as (select * from {{ ref("fct_activities") }}),
    kinds as (select * from {{ ref("int_activity_kinds") }}),
    settings as (
        select
            max(case when setting = 'surge_score' then value end) as surge_score,
            max(case when setting = 'jump_points' then value end) as jump_points,
            max(case when setting = 'people_count' then value end) as people_count,
            max(case when setting = 'people_days' then value end) as people_days
        from {{ ref("intent_settings") }}
    ),
    weekly as (
        select
            account_id,
            topic,
            provider,
            week_date,
            max(score) as score,
            max(score_delta) as score_delta
        from signals
        where account_id is not null and week_date <= {{ as_of_date() }}
        group by account_id, topic, provider, week_date
    ),
    newest as (select max(week_date) as week_date from weekly),
    researched as (
        select
            weekly.*,
            coalesce(
                weekly.score_delta,
                weekly.score - lag(weekly.score) over (
                    partition by weekly.account_id, weekly.topic, weekly.provider
                    order by weekly.week_date
                )
            ) as week_change
        from weekly
    ),
    read_with_us as (
        select
            activities.account_id,
            kinds.content_type as topic,
            'website' as provider,
            cast(max(activities.occurred_at) as date) as week_date,
            count(distinct activities.contact_id) as reader_count
        from activities
        inner join
            kinds
            on activities.activity_type is not distinct from kinds.activity_type
            and activities.subject is not distinct from kinds.subject
            and activities.source is not distinct from kinds.source
            and activities.is_engagement is not distinct from kinds.is_engagement
        cross join settings
        where
            activities.account_id is not null
            and kinds.content_type is not null
            and activities.is_engagement
            and cast(activities.occurred_at as date) <= {{ as_of_date() }}
            and {{ dbt.datediff("activities.occurred_at", as_of_date(), "day") }}
            <= settings.people_days
        group by activities.account_id, kinds.content_type
    ),
    final as (
        select
            researched.account_id,
            researched.topic,
            researched.provider,
            cast(researched.score as double) as score,
            cast(researched.week_change as double) as week_change,
            cast(null as integer) as reader_count,
            coalesce(researched.score >= settings.surge_score, false) as is_surging,
            coalesce(
                researched.week_change >= settings.jump_points, false
            ) as is_jumping,
            false as is_shared,
            researched.week_date
        from researched
        inner join newest on researched.week_date = newest.week_date
        cross join settings
        union all
        select
            read_with_us.account_id,
            read_with_us.topic,
            read_with_us.provider,
            cast(null as double) as score,
            cast(null as double) as week_change,
            cast(read_with_us.reader_count as integer) as reader_count,
            false as is_surging,
            false as is_jumping,
            read_with_us.reader_count >= settings.people_count as is_shared,
            read_with_us.week_date
        from read_with_us
        cross join settings
    )
select *
from final
