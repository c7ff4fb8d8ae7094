with
    accounts as (select * from {{ ref("int_accounts") }}),
    activity_points as (select * from {{ ref("int_activity_points") }}),
    intent_points as (select * from {{ ref("int_intent_points") }}),
    intent_signals as (select * from {{ ref("fct_intent_signals") }}),
    contacts as (select * from {{ ref("int_contacts") }}),
    opportunities as (select * from {{ ref("int_opportunities") }}),
    score_models as (select * from {{ ref("score_models") }}),
    intent_feed as (
        select
            (select count(*) from intent_signals) > 0
            and (
                select count(*)
                from score_models
                where component = 'intent' and is_enabled
            )
            > 0 as is_known
    ),
    surging as (
        select
            account_id,
            {{ dbt.listagg("topic", "'|'", "order by topic") }} as topics,
            count(*) as topic_count
        from
            (
                select distinct account_id, topic from intent_points where points > 0
            ) as surging_topics
        group by account_id
    ),
    engaged as (
        select
            account_id,
            count(distinct case when points > 0 then contact_id end) as contact_count,
            cast(max(last_activity_at) as date) as last_date
        from activity_points
        where account_id is not null
        group by account_id
    ),
    people as (
        select account_id, count(*) as contact_count
        from contacts
        where account_id is not null
        group by account_id
    ),
    deals as (
        select
            account_id,
            sum(case when not is_closed then 1 else 0 end) as open_count,
            sum(case when is_won then 1 else 0 end) as won_count
        from opportunities
        group by account_id
    ),
    signals as (
        select
            accounts.account_id,
            case
                when not intent_feed.is_known
                then null
                when surging.topics is null
                then {{ empty_list() }}
                else {{ split_values("surging.topics") }}
            end as surging_topics,
            case
                when intent_feed.is_known then coalesce(surging.topic_count, 0)
            end as surging_topic_count,
            coalesce(engaged.contact_count, 0) as engaged_contact_count,
            coalesce(people.contact_count, 0) as contact_count,
            coalesce(deals.won_count, 0) as won_opportunity_count,
            {{ list_size("accounts.technologies") }} as technology_count,
            coalesce(deals.open_count, 0) > 0 as has_open_opportunity,
            engaged.last_date as last_engaged_date
        from accounts
        cross join intent_feed
        left join surging on accounts.account_id = surging.account_id
        left join engaged on accounts.account_id = engaged.account_id
        left join people on accounts.account_id = people.account_id
        left join deals on accounts.account_id = deals.account_id
    )
select *
from signals
