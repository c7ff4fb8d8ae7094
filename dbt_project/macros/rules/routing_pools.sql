{#-
Who could take a turn of a rotation at each moment at which one is asked for: the users of its group and the members
listed by name, with weight, what is left of their capacity, whether they are there (not absent, not gone) and whether
they work at that hour.

moments  CTE: rotation, routed_at, left_out_id (who does not take a lead because he or she let its time run out)
logged   CTE of routing_log()
leads    CTE of int_routing_leads
-#}
{% macro routing_members(moments, users, people, absences, logged, leads) %}
    with
        rotations as (select * from {{ ref("routing_rotations") }}),
        listed as (
            select members.*, people.user_id
            from {{ ref("routing_rotation_members") }} as members
            inner join
                {{ people }} as people
                on {{ refers_to("people.reference", "members.user_reference") }}
        ),
        known as (
            select rotations.rotation, users.user_id, true as is_in_group
            from rotations
            inner join
                {{ users }} as users
                on {{ list_holds("users.user_groups", "rotations.user_group") }}
            union all
            select rotation, user_id, false as is_in_group
            from listed
        ),
        candidates as (
            select rotation, user_id, bool_or(is_in_group) as is_in_group
            from known
            group by rotation, user_id
        ),
        loads as (
            select owner_user_id as user_id, count(*) as open_count
            from {{ leads }}
            where stage in ('mql', 'sql')
            group by owner_user_id
        ),
        -- Time zones are slow: each is asked once per moment, not once per person.
        clocks as (
            select
                routed_at,
                time_zone,
                {{ local_time("routed_at", "time_zone") }} as local_at
            from (select distinct routed_at from {{ moments }}) as times
            cross join (select distinct time_zone from {{ users }}) as zones
        ),
        placed as (
            select
                moments.rotation,
                moments.routed_at,
                moments.left_out_id,
                users.user_id,
                coalesce(listed.weight, 100) as weight,
                coalesce(listed.calibration, 0) as calibration,
                coalesce(
                    listed.daily_capacity, rotations.daily_capacity
                ) as daily_capacity,
                coalesce(listed.open_capacity, rotations.open_capacity)
                - coalesce(loads.open_count, 0) as open_left,
                coalesce(listed.schedule, rotations.schedule) as schedule,
                rotations.when_closed,
                clocks.local_at,
                absences.user_id is not null as is_absent,
                row_number() over (
                    partition by
                        moments.rotation,
                        moments.routed_at,
                        moments.left_out_id,
                        users.user_id
                    order by listed.valid_from desc nulls last
                ) as place
            from {{ moments }} as moments
            inner join rotations on moments.rotation = rotations.rotation
            inner join candidates on moments.rotation = candidates.rotation
            inner join {{ users }} as users on candidates.user_id = users.user_id
            inner join
                clocks
                on moments.routed_at = clocks.routed_at
                and users.time_zone = clocks.time_zone
            left join
                listed
                on candidates.rotation = listed.rotation
                and candidates.user_id = listed.user_id
                and {{ is_valid_at("listed", "moments.routed_at") }}
            left join loads on users.user_id = loads.user_id
            left join
                {{ absences }} as absences
                on users.user_id = absences.user_id
                and moments.routed_at >= absences.begins_at
                and moments.routed_at < absences.ends_at
            where
                users.is_active
                and users.user_id <> moments.left_out_id
                and (candidates.is_in_group or listed.user_id is not null)
        ),
        taken as (
            select
                placed.rotation,
                placed.routed_at,
                placed.left_out_id,
                placed.user_id,
                count(*) as taken_count
            from placed
            inner join
                {{ logged }} as logged
                on placed.rotation = logged.rotation
                and placed.user_id = logged.owner_id
                and logged.is_turn
                and logged.decided_at > placed.routed_at - interval '1 day'
                and logged.decided_at <= placed.routed_at
            where placed.daily_capacity is not null and placed.place = 1
            group by
                placed.rotation, placed.routed_at, placed.left_out_id, placed.user_id
        ),
        hours as (select * from {{ ref("working_hours") }}),
        holidays as (select * from {{ ref("holidays") }})
    select
        placed.rotation,
        placed.routed_at,
        placed.left_out_id,
        placed.user_id,
        placed.weight,
        placed.calibration,
        placed.when_closed,
        cast(
            least(
                placed.daily_capacity - coalesce(taken.taken_count, 0), placed.open_left
            ) as bigint
        ) as capacity_left,
        not placed.is_absent
        and placed.weight > 0
        and coalesce(placed.daily_capacity - coalesce(taken.taken_count, 0), 1) > 0
        and coalesce(placed.open_left, 1) > 0 as is_present,
        placed.schedule is null
        or (
            exists (
                select 1
                from hours
                where
                    hours.schedule = placed.schedule
                    and hours.weekday = {{ iso_weekday("placed.local_at") }}
                    and {{ clock_time("placed.local_at") }} >= hours.opens_at
                    and {{ clock_time("placed.local_at") }} < hours.closes_at
            )
            and not exists (
                select 1
                from holidays
                where
                    holidays.schedule = placed.schedule
                    and holidays.holiday_date = cast(placed.local_at as date)
            )
        ) as is_working
    from placed
    left join
        taken
        on placed.rotation = taken.rotation
        and placed.routed_at = taken.routed_at
        and placed.left_out_id = taken.left_out_id
        and placed.user_id = taken.user_id
    where placed.place = 1
{% endmacro %}

{#- Is a row with valid_from and valid_to (dates, both included, either may be blank) in force at a moment? -#}
{% macro is_valid_at(row, moment) -%}
    (
        (
            {{ row }}.valid_from is null
            or cast({{ moment }} as date) >= {{ row }}.valid_from
        )
        and (
            {{ row }}.valid_to is null
            or cast({{ moment }} as date) <= {{ row }}.valid_to
        )
    )
{%- endmacro %}

{#-
The people among whom a turn goes round at each moment: whoever works at that hour; when nobody does, by when_closed
all who are there (anyone), nobody until somebody works (hold), or nobody, so that the flow goes on (next: no row).
The pool is the text `user=weight user=weight`: equal pools share their turns.
-#}
{% macro routing_pools(members) %}
    with
        choosing as (
            select
                *,
                bool_or(is_present and is_working) over (
                    partition by rotation, routed_at, left_out_id
                ) as is_open
            from {{ members }}
        ),
        chosen as (
            select
                *,
                is_present
                and (is_working or (not is_open and when_closed = 'anyone')) as is_in
            from choosing
        )
    select
        rotation,
        routed_at,
        left_out_id,
        {{
            dbt.listagg(
                "case when is_in then user_id || '=' || cast(weight as "
                ~ dbt.type_string()
                ~ ") end",
                "' '",
                "order by user_id",
            )
        }} as rotation_pool
    from chosen
    where is_in or (is_present and when_closed = 'hold')
    group by rotation, routed_at, left_out_id
{% endmacro %}

{#-
What each member is owed: the share of all turns that were taken while he or she was in the pool, less the turns taken
and the calibration. Nobody is owed for the time away, so that nobody is flooded on coming back.
-#}
{% macro routing_credits(logged, pools) %}
    with
        turns as (
            select rotation, rotation_pool, owner_id, count(*) as turn_count
            from {{ logged }}
            where is_turn and rotation in (select rotation from {{ pools }})
            group by rotation, rotation_pool, owner_id
        ),
        asked as (
            select rotation, rotation_pool, sum(turn_count) as turn_count
            from turns
            group by rotation, rotation_pool
        ),
        shares as ({{ routing_shares("asked") }}),
        owed as (
            select
                shares.rotation, shares.user_id, asked.turn_count * shares.share as owed
            from shares
            inner join
                asked
                on shares.rotation = asked.rotation
                and shares.rotation_pool = asked.rotation_pool
            union all
            select rotation, owner_id as user_id, - turn_count as owed
            from turns
        )
    -- Rounded, so that the order in which rows are read decides nothing.
    select rotation, user_id, round(sum(owed), 6) as credit
    from owed
    group by rotation, user_id
{% endmacro %}

{#- The members of each pool with weight and share, from the pool's text. -#}
{% macro routing_shares(pools) %}
    select
        rotation,
        rotation_pool,
        {{ dbt.split_part("member", "'='", 1) }} as user_id,
        cast({{ dbt.split_part("member", "'='", 2) }} as double) as weight,
        cast(
            {{ dbt.split_part("member", "'='", 2) }} as double
        ) / sum(cast({{ dbt.split_part("member", "'='", 2) }} as double)) over (
            partition by rotation, rotation_pool
        ) as share
    from
        (
            select
                rotation,
                rotation_pool,
                {{ unnested("string_split(rotation_pool, ' ')") }} as member
            from
                (
                    select distinct rotation, rotation_pool from {{ pools }}
                ) as distinct_pools
            where rotation_pool is not null
        ) as pooled
{% endmacro %}
