-- What was known of the account on the day before each closed deal was opened: no
-- deal may be judged by what came of it.
with
    deals as (
        select
            opportunity_id, account_id, is_won, cast(created_at as date) as opened_date
        from {{ ref("int_opportunities") }}
        where is_closed and account_id is not null
    ),
    other_deals as (select * from {{ ref("int_opportunities") }}),
    accounts as (select * from {{ ref("int_accounts") }}),
    activities as (
        select account_id, contact_id, cast(occurred_at as date) as active_date
        from {{ ref("fct_activities") }}
        where is_engagement and account_id in (select deals.account_id from deals)
    ),
    signals as (
        select *
        from {{ ref("fct_intent_signals") }}
        where account_id in (select deals.account_id from deals)
    ),
    surges as ({{ surges_of("signals") }}),
    first_week as (select min(week_date) as week_date from signals),
    surging as (
        select
            deals.opportunity_id,
            {{ dbt.listagg("distinct surges.topic", "'|'") }} as topics,
            count(distinct surges.topic) as topic_count
        from deals
        inner join
            surges
            on deals.account_id = surges.account_id
            and surges.week_date < deals.opened_date
            and (
                surges.window_days is null
                or {{ dbt.datediff("surges.week_date", "deals.opened_date", "day") }}
                <= surges.window_days
            )
        group by deals.opportunity_id
    ),
    engaged as (
        select
            deals.opportunity_id,
            count(
                distinct case
                    when
                        {{
                            dbt.datediff(
                                "activities.active_date", "deals.opened_date", "day"
                            )
                        }} <= 90
                    then activities.contact_id
                end
            ) as contact_count,
            max(activities.active_date) as last_date
        from deals
        inner join
            activities
            on deals.account_id = activities.account_id
            and activities.active_date < deals.opened_date
        group by deals.opportunity_id
    ),
    before as (
        select
            deals.opportunity_id,
            sum(
                case
                    when
                        other_deals.is_won
                        and other_deals.close_date < deals.opened_date
                    then 1
                    else 0
                end
            ) as won_count,
            bool_or(
                other_deals.opportunity_id <> deals.opportunity_id
                and other_deals.created_at < deals.opened_date
                and (
                    not other_deals.is_closed
                    or other_deals.close_date >= deals.opened_date
                )
            ) as has_open,
            bool_or(other_deals.is_won) as ever_won
        from deals
        inner join other_deals on deals.account_id = other_deals.account_id
        group by deals.opportunity_id
    )
select
    deals.opportunity_id,
    deals.account_id,
    deals.is_won,
    deals.opened_date,
    -- Before the first week of the feed nothing is known, which is not the same as
    -- no interest.
    case
        when first_week.week_date < deals.opened_date
        then coalesce(surging.topic_count, 0)
    end as surging_topic_count,
    case
        when first_week.week_date < deals.opened_date
        then {{ split_values("coalesce(surging.topics, '')") }}
    end as surging_topics,
    coalesce(engaged.contact_count, 0) as engaged_contact_count,
    engaged.last_date as last_engaged_date,
    coalesce(before.won_count, 0) as won_opportunity_count,
    coalesce(before.has_open, false) as has_open_opportunity,
    -- A customer without a won deal on record was one before the records begin.
    coalesce(before.won_count, 0) > 0
    or (accounts.is_customer and not coalesce(before.ever_won, false)) as is_customer
from deals
cross join first_week
inner join accounts on deals.account_id = accounts.account_id
left join surging on deals.opportunity_id = surging.opportunity_id
left join engaged on deals.opportunity_id = engaged.opportunity_id
left join before on deals.opportunity_id = before.opportunity_id
