with
    accounts as (
        select account_id, cast(date_trunc('month', created_at) as date) as cohort_month
        from {{ ref("dim_accounts") }}
        where created_at is not null
    ),
    cohorts as (
        select cohort_month, count(*) as account_count
        from accounts
        group by cohort_month
    ),
    stages as (select stage, position from {{ ref("stages") }}),
    present as (select account_id, stage from {{ ref("account_stages") }}),
    reached as (
        select accounts.account_id, accounts.cohort_month, changes.stage
        from accounts
        inner join
            {{ ref("fct_stage_changes") }} as changes
            on accounts.account_id = changes.entity_id
            and changes.entity = 'accounts'
        union
        select accounts.account_id, accounts.cohort_month, present.stage
        from accounts
        inner join present on accounts.account_id = present.account_id
    ),
    counted as (
        select
            reached.cohort_month,
            reached.stage,
            count(*) as reached_count,
            count(case when present.stage = reached.stage then 1 end) as present_count
        from reached
        inner join present on reached.account_id = present.account_id
        group by reached.cohort_month, reached.stage
    )
select
    cohorts.cohort_month,
    stages.stage,
    cast(stages.position as integer) as position,
    cohorts.account_count,
    coalesce(counted.reached_count, 0) as reached_count,
    coalesce(counted.present_count, 0) as present_count,
    coalesce(counted.reached_count, 0)
    / cast(cohorts.account_count as double) as reached_ratio
from cohorts
cross join stages
left join
    counted
    on cohorts.cohort_month = counted.cohort_month
    and stages.stage = counted.stage
