with
    terms as (
        select
            max(
                case
                    when setting = 'stale_account_months'
                    then {{ cast_or_null("value", "integer") }}
                end
            ) as months
        from {{ ref("routing_settings") }}
    ),
    history as (
        select
            *, row_number() over (partition by account_id order by valid_from) as state
        from {{ ref("account_owner_history") }}
    ),
    -- Before our own history begins, a record that was not touched kept its owner.
    owned as (
        select
            account_id,
            owner_user_id,
            case
                when state = 1
                then least(valid_from, record_modified_at)
                else valid_from
            end as owner_since
        from history
        where is_current
    ),
    activities as (
        select account_id, max(occurred_at) as last_activity_at
        from {{ ref("fct_activities") }}
        where account_id is not null and occurred_at <= {{ as_of_timestamp() }}
        group by account_id
    ),
    targets as (select * from {{ ref("account_targets") }}),
    final as (
        select
            owned.account_id,
            owned.owner_user_id,
            targets.account_name,
            targets.owner_name,
            targets.tier,
            targets.intent_score,
            targets.overall_score,
            cast(
                row_number() over (
                    order by
                        targets.tier,
                        targets.intent_score desc nulls last,
                        targets.overall_score desc nulls last,
                        owned.account_id
                ) as integer
            ) as refresh_rank,
            owned.owner_since,
            activities.last_activity_at
        from owned
        cross join terms
        inner join targets on owned.account_id = targets.account_id
        left join activities on owned.account_id = activities.account_id
        where
            {{
                dbt.dateadd(
                    "month", "terms.months", "cast(owned.owner_since as date)"
                )
            }} < {{ as_of_date() }}
            and coalesce(
                {{
                    dbt.dateadd(
                        "month",
                        "terms.months",
                        "cast(activities.last_activity_at as date)",
                    )
                }} < {{ as_of_date() }}, true
            )
            and {{ differs("targets.tier", "'Excluded'") }}
    )
select *
from final
