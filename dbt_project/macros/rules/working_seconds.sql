{#-
Seconds between two times (UTC) in which a schedule of working_hours is open in somebody's time zone, holidays left out:
columns lead_id, worked_seconds. Nobody's clock runs for longer than 60 days.

spans     CTE: lead_id, schedule, time_zone, begins_at, ends_at
-#}
{% macro working_seconds(spans) %}
    with
        numbered as (
            select
                spans.*,
                {{
                    unnested(
                        "generate_series(0, least(61, 2 + "
                        ~ dbt.datediff("begins_at", "ends_at", "day")
                        ~ "))"
                    )
                }} as day_number
            from {{ spans }} as spans
        ),
        days as (
            select
                numbered.*,
                cast(
                    {{ dbt.dateadd("day", "day_number - 1", "begins_at") }} as date
                ) as local_day
            from numbered
        ),
        opened as (
            select
                days.lead_id,
                greatest(
                    days.begins_at,
                    {{ working_time("hours.opens_at", "days.time_zone") }}
                ) as begins_at,
                least(
                    days.ends_at,
                    {{ working_time("hours.closes_at", "days.time_zone") }}
                ) as ends_at
            from days
            inner join
                {{ ref("working_hours") }} as hours
                on days.schedule = hours.schedule
                and {{ iso_weekday("days.local_day") }} = hours.weekday
            left join
                {{ ref("holidays") }} as holidays
                on days.schedule = holidays.schedule
                and days.local_day = holidays.holiday_date
            where holidays.schedule is null
        )
    select
        lead_id,
        sum(
            greatest(0, {{ dbt.datediff("begins_at", "ends_at", "second") }})
        ) as worked_seconds
    from opened
    group by lead_id
{% endmacro %}

{#- A clock time of seed working_hours on a local day, as UTC. -#}
{% macro working_time(clock_cell, time_zone) -%}
    {%- set local = (
        "cast(cast(days.local_day as "
        ~ dbt.type_string()
        ~ ") || ' ' || "
        ~ clock_cell
        ~ " || ':00' as timestamp)"
    ) %}
    {{ utc_of_local(local, time_zone) }}
{%- endmacro %}
