-- Under an approach with a limit of blockers, nothing is scored while more are open.
-- The
-- reason stands only while it holds, so that what is scored does not change with it.
with
    blockers as (select * from {{ ref("int_crm_blockers") }}),
    approaches as (select * from {{ ref("int_market_approaches") }} where is_chosen),
    counted as (
        select
            max(approaches.approach_name) as approach_name,
            max(approaches.maximum_blocked_percent) as maximum_blocked_percent,
            (select count(distinct account_id) from blockers) as blocked_count,
            (select count(*) from {{ ref("int_accounts") }}) as account_count
        from approaches
    ),
    judged as (
        select
            *,
            coalesce(
                100.0 * blocked_count / nullif(account_count, 0)
                > maximum_blocked_percent,
                false
            ) as is_held
        from counted
    )
select
    is_held,
    case
        when is_held
        then
            approach_name
            || ': '
            || blocked_count
            || ' of '
            || account_count
            || ' accounts stand twice or have no usable domain, at most '
            || cast(maximum_blocked_percent as integer)
            || '% may (crm_blockers)'
    end as reason
from judged
