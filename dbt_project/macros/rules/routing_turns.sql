{#-
Turns of the rotations. A lead that already belongs to a member of the rotation stays with that member, and one whose
account's last lead of the rotation went to somebody who is there goes to the same person when the rotation is sticky;
neither takes a turn. All others are given out by weight: each member of the pool has the turns k = 1, 2, ..., due when
the pool has given out (k - 0.5 - credit) / share turns; the n-th lead takes the n-th turn that falls due. So shares
follow the weights to one turn, whatever the order of the rows and however often the flow has run.

asking  CTE: lead_id, account_id, rotation, routed_at, left_out_id, owner_user_id, assigned_to_id, assigned_rotation
members CTE of routing_members(), pools CTE of routing_pools(), credits CTE of routing_credits()
-#}
{% macro routing_turns(asking, members, pools, credits, logged) %}
    with
        latest_owners as (
            select rotation, account_id, max_by(owner_id, decided_at) as owner_id
            from {{ logged }}
            where
                rotation is not null and account_id is not null and owner_id is not null
            group by rotation, account_id
        ),
        held as (
            select
                asking.*,
                pools.rotation_pool,
                rotations.is_sticky,
                rotations.overflow_queue,
                coalesce(kept.user_id, owned.user_id, sticky.user_id) as holder_id
            from
                -- In a column of its own, so that the join below is one of equal keys.
                (
                    select
                        *,
                        case
                            when rotation = assigned_rotation then assigned_to_id
                        end as kept_by_id
                    from {{ asking }}
                ) as asking
            inner join
                {{ ref("routing_rotations") }} as rotations
                on asking.rotation = rotations.rotation
            inner join
                {{ pools }} as pools
                on asking.rotation = pools.rotation
                and asking.routed_at = pools.routed_at
                and asking.left_out_id = pools.left_out_id
            left join
                {{ members }} as kept on {{ is_member("kept", "asking.kept_by_id") }}
            left join
                {{ members }} as owned
                on {{ is_member("owned", "asking.owner_user_id") }}
            left join
                latest_owners
                on rotations.is_sticky
                and asking.rotation = latest_owners.rotation
                and asking.account_id = latest_owners.account_id
            left join
                {{ members }} as sticky
                on {{ is_member("sticky", "latest_owners.owner_id") }}
                and sticky.is_present
        ),
        units as (
            select
                *,
                case
                    when holder_id is not null or rotation_pool is null
                    then null
                    when is_sticky
                    then coalesce(account_id, lead_id)
                    else lead_id
                end as unit_id
            from held
        ),
        numbered as (
            select
                rotation,
                rotation_pool,
                unit_id,
                row_number() over (
                    partition by rotation, rotation_pool
                    order by min(routed_at), min(lead_id)
                ) as place,
                count(*) over (partition by rotation, rotation_pool) as unit_count,
                min(lead_id) as first_lead_id
            from units
            where unit_id is not null
            group by rotation, rotation_pool, unit_id
        ),
        shares as ({{ routing_shares("numbered") }}),
        limits as (
            select
                rotation,
                user_id,
                min(capacity_left) as capacity_left,
                max(calibration) as calibration
            from {{ members }}
            group by rotation, user_id
        ),
        demand as (
            select
                shares.*,
                coalesce(credits.credit, 0) - limits.calibration as credit,
                limits.capacity_left,
                sizes.unit_count,
                sum(
                    case when limits.capacity_left is null then shares.weight else 0 end
                ) over (partition by shares.rotation, shares.rotation_pool)
                as unlimited_weight
            from shares
            inner join
                (
                    select rotation, rotation_pool, max(unit_count) as unit_count
                    from numbered
                    group by rotation, rotation_pool
                ) as sizes
                on shares.rotation = sizes.rotation
                and shares.rotation_pool = sizes.rotation_pool
            inner join
                limits
                on shares.rotation = limits.rotation
                and shares.user_id = limits.user_id
            left join
                {{ credits }} as credits
                on shares.rotation = credits.rotation
                and shares.user_id = credits.user_id
        ),
        -- More turns than anybody can be due are never looked at.
        bounded as (
            select
                *,
                least(
                    unit_count,
                    coalesce(capacity_left, unit_count),
                    coalesce(
                        cast(
                            ceil(
                                unit_count * weight / nullif(unlimited_weight, 0)
                                + 2
                                * max(abs(credit)) over (
                                    partition by rotation, rotation_pool
                                )
                                + 2
                            ) as bigint
                        ),
                        unit_count
                    )
                ) as turn_limit
            from demand
        ),
        due as (
            select
                rotation,
                rotation_pool,
                user_id,
                row_number() over (
                    partition by rotation, rotation_pool
                    order by round((turn - 0.5 - credit) / share, 6), user_id, turn
                ) as place
            from
                (
                    select *, {{ unnested("generate_series(1, turn_limit)") }} as turn
                    from bounded
                ) as turned
        )
    select
        units.lead_id,
        case when units.holder_id is null then units.rotation_pool end as rotation_pool,
        coalesce(units.holder_id, due.user_id) as owner_id,
        units.lead_id = numbered.first_lead_id and due.user_id is not null as is_turn,
        units.holder_id is null and units.rotation_pool is null as is_held,
        units.overflow_queue
    from units
    left join
        numbered
        on units.rotation = numbered.rotation
        and units.rotation_pool = numbered.rotation_pool
        and units.unit_id = numbered.unit_id
    left join
        due
        on numbered.rotation = due.rotation
        and numbered.rotation_pool = due.rotation_pool
        and numbered.place = due.place
{% endmacro %}

{% macro is_member(member, user_id) -%}
    {{ member }}.user_id = {{ user_id }}
    and {{ member }}.rotation = asking.rotation
    and {{ member }}.routed_at = asking.routed_at
    and {{ member }}.left_out_id = asking.left_out_id
{%- endmacro %}
