with
    surges as (select * from {{ ref("stg_bombora__company_surges") }}),

    watched_topics as (select * from {{ ref("intent_topics") }} where is_watched),

    account_records as (
        select record_id, account_id
        from {{ ref("int_account_records") }}
        where source = 'bombora' and object = 'Company'
    )

select
    'bombora:'
    || surges.week_date
    || ':'
    || surges.domain
    || ':'
    || surges.topic_id as intent_signal_id,
    account_records.account_id,
    surges.topic_id,
    surges.domain,
    surges.topic,
    'bombora' as provider,
    surges.score,
    surges.score_delta,
    surges.week_date
from surges
inner join
    watched_topics
    on {{ vocabulary_key("surges.topic") }}
    = {{ vocabulary_key("watched_topics.topic") }}
left join account_records on surges.domain = account_records.record_id
