with
    scored as (select * from {{ ref("int_accounts__scored") }}),
    outcomes as ({{ score_outcomes(ref("int_accounts__scored")) }}),
    intent_points as (select * from {{ ref("int_intent_points") }}),
    activities as (select * from {{ ref("fct_activities") }}),
    segments as (select * from {{ ref("int_account_segments") }}),
    mql_thresholds as (select * from {{ ref("mql_thresholds") }}),
    propensity_classes as ({{ propensity_classes() }}),
    settings as (
        select
            max(case when setting = 'in_market_fit' then value end) as fit_from,
            max(case when setting = 'in_market_intent' then value end) as intent_from
        from {{ ref("intent_settings") }}
    ),
    ranked_topics as (
        select
            account_id,
            topic,
            row_number() over (
                partition by account_id
                order by last_week_date desc, last_score desc, topic
            ) as topic_rank
        from intent_points
        where points > 0
    ),
    last_engagements as (
        select account_id, max(occurred_at) as last_engaged_at
        from activities
        where
            is_engagement
            and account_id is not null
            and occurred_at < {{ dbt.dateadd("day", 1, as_of_date()) }}
        group by account_id
    ),
    ranked as (
        select
            *,
            -- Accounts that are not sold to stand behind all others, whatever their
            -- score.
            row_number() over (
                order by
                    is_excluded,
                    overall_score desc,
                    fit_score desc nulls last,
                    account_id
            ) as score_rank
        from scored
    ),
    final as (
        select
            ranked.account_id,
            ranked.overall_score,
            ranked.fit_score,
            ranked.engagement_score,
            ranked.intent_score,
            ranked.propensity,
            case
                when ranked.is_excluded then 'Low' else outcomes.priority
            end as priority,
            cast({{ as_of_date() }} as timestamp) as scored_at,
            outcomes.grade,
            coalesce(outcomes.is_hot, false) and not ranked.is_excluded as is_hot,
            cast(ranked.score_rank as integer) as score_rank,
            ranked.interest_score,
            ranked.engagement_points,
            ranked.intent_points,
            ranked_topics.topic as last_intent_topic,
            last_engagements.last_engaged_at,
            ranked.model_version,
            coalesce(
                ranked.fit_score >= settings.fit_from
                and ranked.intent_score >= settings.intent_from
                and not ranked.is_excluded,
                false
            ) as is_in_market,
            coalesce(
                ranked.overall_score > mql_thresholds.threshold_score
                and not ranked.is_excluded,
                false
            ) as is_mql_ready,
            case
                when ranked.propensity is not null
                then
                    (
                        select
                            {{
                                first_value_by(
                                    "propensity_classes.outcome",
                                    "propensity_classes.priority",
                                )
                            }}
                        from propensity_classes
                        where ranked.propensity >= propensity_classes.least
                    )
            end as propensity_class
        from ranked
        cross join settings
        left join segments on ranked.account_id = segments.account_id
        left join
            mql_thresholds
            on coalesce(segments.segment, 'default') = mql_thresholds.segment
        left join outcomes on ranked.overall_score = outcomes.overall_score
        left join
            ranked_topics
            on ranked.account_id = ranked_topics.account_id
            and ranked_topics.topic_rank = 1
        left join last_engagements on ranked.account_id = last_engagements.account_id
    )
select *
from final
