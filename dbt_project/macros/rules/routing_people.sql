{#-
Who a person in a seed is: an id, an e-mail address, a name to sign in with or a full name of the CRM. A name that
several users share is nobody (routing faults name it).
-#}
{% macro routing_references(users) %}
    select reference, max(user_id) as user_id
    from
        (
            select user_id as reference, user_id
            from {{ users }}
            {%- for column in ["email", "username", "user_name"] %}
                union
                select lower(trim({{ column }})) as reference, user_id
                from {{ users }}
                where {{ column }} is not null
            {%- endfor %}
        ) as known
    group by reference
    having count(distinct user_id) = 1
{% endmacro %}

{% macro refers_to(reference, seed_cell) -%}
    {{ reference }} in ({{ seed_cell }}, lower({{ seed_cell }}))
{%- endmacro %}

{#- Absences as UTC spans in the time zone of whom they concern, with the stand-in. -#}
{% macro routing_absences(users, people) %}
    select
        users.user_id,
        stand_ins.user_id as stand_in_user_id,
        {{ utc_of_local("cast(absences.absent_from as timestamp)", "users.time_zone") }}
        as begins_at,
        {{
            utc_of_local(
                "cast(absences.absent_to as timestamp) + interval '1 day'",
                "users.time_zone",
            )
        }} as ends_at
    from {{ ref("absences") }} as absences
    inner join
        {{ people }} as people
        on {{ refers_to("people.reference", "absences.user_reference") }}
    inner join {{ users }} as users on people.user_id = users.user_id
    left join
        {{ people }} as stand_ins
        on {{ refers_to("stand_ins.reference", "absences.stand_in") }}
{% endmacro %}

{#-
Who takes a lead that a node would give to somebody: that person, or when absent or gone the stand-in, or the
stand-in's stand-in. Nobody left: the node passes the lead on.

options  CTE of routing_options()
pools    CTE of routing_pools(): rotations that have somebody, or that wait
-#}
{% macro routing_candidates(options, users, absences, pools) %}
    with
        found as (
            select
                options.lead_id,
                options.node,
                options.priority,
                options.queue,
                options.queue_id,
                case
                    when pools.rotation is not null then options.rotation
                end as rotation,
                case
                    when {{ may_take("named", "away") }}
                    then named.user_id
                    when {{ may_take("first_in", "first_away") }}
                    then first_in.user_id
                    when {{ may_take("second_in", "second_away") }}
                    then second_in.user_id
                end as owner_id,
                options.user_id as named_user_id
            from {{ options }} as options
            left join
                pools
                on options.rotation = pools.rotation
                and options.routed_at = pools.routed_at
                and options.left_out_id = pools.left_out_id
            left join {{ users }} as named on options.user_id = named.user_id
            left join {{ absences }} as away on {{ is_absent("named", "away") }}
            left join
                {{ users }} as first_in on away.stand_in_user_id = first_in.user_id
            left join
                {{ absences }} as first_away
                on {{ is_absent("first_in", "first_away") }}
            left join
                {{ users }} as second_in
                on first_away.stand_in_user_id = second_in.user_id
            left join
                {{ absences }} as second_away
                on {{ is_absent("second_in", "second_away") }}
        ),
        usable as (
            select
                *,
                row_number() over (
                    partition by lead_id, node
                    order by priority, owner_id nulls last, rotation, queue_id
                ) as place
            from found
            where owner_id is not null or rotation is not null or queue_id is not null
        )
    select *
    from usable
    where place = 1
{% endmacro %}

{% macro may_take(who, absence) -%}
    {{ who }}.is_active
    and {{ absence }}.user_id is null
    and {{ who }}.user_id <> options.left_out_id
{%- endmacro %}

{% macro is_absent(who, absence) -%}
    {{ who }}.user_id = {{ absence }}.user_id
    and options.routed_at >= {{ absence }}.begins_at
    and options.routed_at < {{ absence }}.ends_at
{%- endmacro %}
