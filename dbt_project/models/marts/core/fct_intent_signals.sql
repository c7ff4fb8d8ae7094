with
    surges as (select * from {{ ref("stg_bombora__company_surges") }}),

    interactions as (select * from {{ ref("stg_g2__buyer_interactions") }}),

    points as (select * from {{ ref("intent_activities") }} where provider = 'g2'),

    watched_topics as (select * from {{ ref("intent_topics") }} where is_watched),

    listed as (select * from {{ ref("int_intent_list_rows") }}),

    account_records as (
        select source, record_id, account_id
        from {{ ref("int_account_records") }}
        where source in ('bombora', 'files') and object = 'Company'
    ),

    -- A provider that is not part of identity knows a company by its domain alone: the
    -- top of the hierarchy there.
    domains as (
        select
            domain,
            {{ first_value_by("account_id", "hierarchy_level || account_id") }}
            as account_id
        from {{ ref("int_accounts") }}
        where domain is not null
        group by domain
    ),

    weekly as (
        select
            interactions.domain,
            interactions.topic,
            cast(date_trunc('week', interactions.interacted_at) as date) as week_date,
            least(100, sum(coalesce(points.points, 0))) as score
        from interactions
        left join points on interactions.activity = points.activity
        where interactions.domain is not null
        group by
            interactions.domain,
            interactions.topic,
            cast(date_trunc('week', interactions.interacted_at) as date)
    ),

    measured as (
        select
            'bombora' as provider,
            account_records.account_id,
            surges.topic_id,
            surges.domain,
            surges.topic,
            surges.score,
            surges.score_delta,
            surges.week_date
        from surges
        left join
            account_records
            on surges.domain = account_records.record_id
            and account_records.source = 'bombora'
        union all
        select
            'g2' as provider,
            domains.account_id,
            weekly.topic as topic_id,
            weekly.domain,
            weekly.topic,
            cast(weekly.score as double) as score,
            cast(
                weekly.score - lag(weekly.score) over (
                    partition by weekly.domain, weekly.topic order by weekly.week_date
                ) as double
            ) as score_delta,
            weekly.week_date
        from weekly
        left join domains on {{ vocabulary_key("weekly.domain") }} = domains.domain
        union all
        select
            listed.provider,
            account_records.account_id,
            listed.topic as topic_id,
            listed.domain,
            listed.topic,
            listed.score,
            cast(
                listed.score - lag(listed.score) over (
                    partition by listed.record_id, listed.topic
                    order by listed.week_date
                ) as double
            ) as score_delta,
            listed.week_date
        from listed
        left join
            account_records
            on listed.record_id = account_records.record_id
            and account_records.source = 'files'
    )

select
    measured.provider
    || ':'
    || measured.week_date
    || ':'
    || measured.domain
    || ':'
    || measured.topic_id as intent_signal_id,
    measured.account_id,
    measured.topic_id,
    measured.domain,
    measured.topic,
    measured.provider,
    measured.score,
    measured.score_delta,
    measured.week_date
from measured
inner join
    watched_topics
    on {{ vocabulary_key("measured.topic") }}
    = {{ vocabulary_key("watched_topics.topic") }}
