with
    entries as (select * from {{ ref("stg_ops__credit_entries") }}),

    vendors as (select * from {{ ref("vendors") }}),

    daily as (
        select
            vendor,
            cast(spent_at as date) as usage_date,
            sum(credit_count) as credit_count,
            sum(cost_usd) as cost_usd,
            sum(case when credit_count > 0 then 1 else 0 end) as paid_record_count
        from entries
        group by vendor, cast(spent_at as date)
    ),

    running as (
        select
            *,
            cast(date_trunc('month', usage_date) as date) as usage_month,
            sum(credit_count) over (
                partition by vendor, date_trunc('month', usage_date) order by usage_date
            ) as month_to_date_credit_count
        from daily
    )

select
    running.vendor,
    running.usage_date,
    running.usage_month,
    running.credit_count,
    cast(running.paid_record_count as bigint) as paid_record_count,
    cast(running.cost_usd as decimal(18, 2)) as cost_usd,
    running.month_to_date_credit_count,
    vendors.monthly_credits as monthly_credit_budget,
    vendors.monthly_credits
    * extract(day from running.usage_date)
    / extract(
        day from cast({{ dbt.last_day("running.usage_date", "month") }} as date)
    ) as prorated_credit_budget,
    running.month_to_date_credit_count
    > vendors.monthly_credits
    * extract(day from running.usage_date)
    / extract(
        day from cast({{ dbt.last_day("running.usage_date", "month") }} as date)
    ) as is_over_budget
from running
left join vendors on running.vendor = vendors.vendor
