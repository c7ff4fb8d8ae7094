-- What the CRM's own dates say of the past: an account is known, opportunities open,
-- are
-- won, or are over. Each change once, in order of time.
with
    accounts as (select * from {{ ref("int_accounts") }}),
    opportunities as (select * from {{ ref("int_opportunities") }}),
    dated as (
        select
            account_id,
            0 as place,
            'unqualified' as stage,
            'first seen' as evidence,
            cast(created_at as timestamp) as changed_at
        from accounts
        union all
        select
            account_id,
            1 as place,
            'opportunity' as stage,
            'opportunity ' || opportunity_id as evidence,
            created_at as changed_at
        from opportunities
        union all
        select
            account_id,
            2 as place,
            case when is_won then 'customer' else 'engaged' end as stage,
            'opportunity ' || opportunity_id as evidence,
            greatest(
                cast(close_date as timestamp), created_at + interval '1 second'
            ) as changed_at
        from opportunities
        where is_closed and close_date is not null
    ),
    counted as (
        select
            *,
            sum(
                case when place = 1 then 1 when place = 2 then -1 else 0 end
            ) over earlier as open_count,
            max(case when stage = 'customer' then 1 else 0 end) over earlier as has_won
        from dated
        where
            account_id is not null
            and changed_at is not null
            and changed_at < {{ as_of_timestamp() }}
        window
            earlier as (
                partition by account_id
                order by changed_at, place
                rows unbounded preceding
            )
    ),
    held as (
        select
            *,
            case
                when has_won = 1
                then 'customer'
                when open_count > 0
                then 'opportunity'
                else stage
            end as held_stage
        from counted
    ),
    sequenced as (
        select
            *,
            lag(held_stage) over (
                partition by account_id order by changed_at, place
            ) as previous_stage
        from held
    ),
    final as (
        select
            'accounts:' || account_id as subject_id,
            'accounts' as entity,
            account_id as entity_id,
            account_id,
            held_stage as stage,
            previous_stage,
            'crm' as cause,
            cast(null as {{ dbt.type_string() }}) as rule_id,
            evidence,
            cast(null as {{ dbt.type_string() }}) as changed_by,
            cast(null as double) as overall_score,
            cast(null as {{ dbt.type_string() }}) as model_version,
            false as is_notified,
            -- Several changes of one moment stay apart and in order.
            changed_at + to_microseconds(
                row_number() over (partition by account_id order by changed_at, place)
            ) as changed_at
        from sequenced
        where held_stage is distinct from previous_stage
    )
select *
from final
