with
    analytics as (
        select
            report_date,
            {{ page_of("page_path") }} as page_path,
            sum(session_count) as session_count
        from {{ ref("stg_google_analytics__page_days") }}
        where not is_deleted
        group by report_date, {{ page_of("page_path") }}
    ),

    reported_days as (select distinct report_date from analytics),

    views as (select * from {{ ref("stg_web_events__page_views") }}),

    -- Before its first event our tracker was not there, and has missed nothing.
    begun as (select min(cast(occurred_at as date)) as first_date from views),

    tracked as (
        select
            cast(occurred_at as date) as report_date,
            {{ page_of("path") }} as page_path,
            count(distinct session_id) as session_count
        from views
        where cast(occurred_at as date) in (select report_date from reported_days)
        group by cast(occurred_at as date), {{ page_of("path") }}
    ),

    compared as (
        select
            coalesce(analytics.report_date, tracked.report_date) as report_date,
            coalesce(analytics.page_path, tracked.page_path) as page_path,
            cast(coalesce(analytics.session_count, 0) as bigint) as analytics_count,
            cast(coalesce(tracked.session_count, 0) as bigint) as tracker_count
        from analytics
        full outer join
            tracked
            on analytics.report_date = tracked.report_date
            and analytics.page_path = tracked.page_path
    )

select
    report_date || ':' || page_path as web_reconciliation_id,
    page_path,
    analytics_count as analytics_session_count,
    tracker_count as tracker_session_count,
    case
        when report_date >= first_date
        then 100.0 * (tracker_count - analytics_count) / nullif(analytics_count, 0)
    end as difference_percent,
    report_date
from compared
cross join begun
where page_path is not null
