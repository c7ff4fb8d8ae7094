with
    corrections as (select * from {{ ref("account_overrides") }}),

    conflicts as (select * from {{ ref("attribute_conflicts") }}),

    strangers as (select * from {{ ref("unmapped_values") }}),

    entries as (select * from {{ ref("maintenance_log") }}),

    -- Nothing is late before the market map is live, nor within a month of a review.
    seen as (
        select max(done_date) as last_review_date
        from entries
        where task_id in ('go_live', 'corrections_review')
    ),

    items as (
        select
            'correction' as kind,
            source || ' ' || object || ' ' || record_id || ': ' || attribute as item,
            author || ' decided: ' || value as detail,
            1 as record_count,
            cast(decided_on as date) as noted_date
        from corrections
        union all
        select
            'conflict' as kind,
            attribute || ': ' || winning_source || ' against ' || other_source as item,
            min(rule_applied) as detail,
            count(*) as record_count,
            cast(
                min(greatest(winning_observed_at, other_observed_at)) as date
            ) as noted_date
        from conflicts
        group by attribute, winning_source, other_source
        union all
        select
            'unmapped value' as kind,
            source || ' ' || attribute || ': ' || value as item,
            'not in the vocabulary ' || vocabulary as detail,
            record_count,
            cast(first_observed_at as date) as noted_date
        from strangers
    )

select
    items.kind,
    items.item,
    items.detail,
    cast(items.record_count as bigint) as record_count,
    items.noted_date,
    {{ dbt.datediff("items.noted_date", as_of_date(), "day") }} as age_days,
    coalesce(
        {{
            dbt.datediff(
                "greatest(items.noted_date, seen.last_review_date)",
                as_of_date(),
                "day",
            )
        }} > 31, false
    )
    and seen.last_review_date is not null as is_overdue
from items
cross join seen
