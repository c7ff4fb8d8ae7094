-- Do reps work Tier 1 first? Weeks are the four of seven days before this run.
with
    touches as (
        select
            owner_user_id,
            account_id,
            floor(
                {{ dbt.datediff("cast(occurred_at as date)", as_of_date(), "day") }} / 7
            )
            + 1 as weeks_ago
        from {{ ref("fct_activities") }}
        where
            owner_user_id is not null
            and account_id is not null
            and activity_type in ('Sales Email', 'Sales Call', 'Meeting', 'Sales Task')
            and cast(occurred_at as date)
            > cast({{ dbt.dateadd("day", -28, as_of_date()) }} as date)
            and cast(occurred_at as date) <= {{ as_of_date() }}
    ),
    tiers as (select account_id, tier from {{ ref("account_tiers") }}),
    users as (select * from {{ ref("dim_users") }} where is_active),
    counted as (
        select
            touches.owner_user_id,
            count(*) as touch_count,
            sum(case when tiers.tier = 'T1' then 1 else 0 end) as t1_touch_count,
            {%- for week in [4, 3, 2, 1] %}
                avg(
                    case
                        when touches.weeks_ago = {{ week }}
                        then case when tiers.tier = 'T1' then 1.0 else 0.0 end
                    end
                ) as t1_ratio_{{ week }}_weeks_ago{{ "," if not loop.last }}
            {%- endfor %}
        from touches
        left join tiers on touches.account_id = tiers.account_id
        group by touches.owner_user_id
    ),
    final as (
        select
            counted.owner_user_id,
            users.user_name,
            -- Falling in every one of the four weeks: reverting to old behaviour.
            coalesce(
                counted.t1_ratio_4_weeks_ago > counted.t1_ratio_3_weeks_ago
                and counted.t1_ratio_3_weeks_ago > counted.t1_ratio_2_weeks_ago
                and counted.t1_ratio_2_weeks_ago > counted.t1_ratio_1_weeks_ago,
                false
            ) as is_reverting,
            cast(counted.touch_count as bigint) as touch_count,
            cast(counted.t1_touch_count as bigint) as t1_touch_count,
            cast(
                counted.t1_touch_count / cast(counted.touch_count as double) as double
            ) as t1_touch_ratio,
            {%- for week in [4, 3, 2, 1] %}
                cast(
                    counted.t1_ratio_{{ week }}_weeks_ago as double
                ) as t1_ratio_{{ week }}_weeks_ago{{ "," if not loop.last }}
            {%- endfor %}
        from counted
        inner join users on counted.owner_user_id = users.user_id
    )
select *
from final
