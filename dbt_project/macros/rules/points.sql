{#-
Scoring rules of one entity (activities, intent_signals, contacts) whose component the default model has switched on,
one row per rule. A rule of several conditions repeats its effect in each row; a test holds the rows equal.
-#}
{% macro scoring_rule_effects(entity) %}
    select
        rule_id,
        min(component) as component,
        min(model) as model,
        min(points) as points,
        min(window_days) as window_days,
        min(half_life_days) as half_life_days,
        min(cap_points) as cap_points
    from {{ ref("scoring_rules") }}
    where {{ is_active_scoring_rule(entity) }}
    group by rule_id
{% endmacro %}

{% macro scoring_rule_conditions(entity) %}
    {{
        rule_conditions(
            "(select * from "
            ~ ref("scoring_rules")
            ~ " where "
            ~ is_active_scoring_rule(entity)
            ~ ") as active_rules",
            "rule_id",
            "match",
        )
    }}
{% endmacro %}

{#- Profile rules adjust fit, so they follow its switch. Rules of 0 points say that something is known to be worth nothing. -#}
{% macro is_active_scoring_rule(entity) -%}
    entity = '{{ entity }}'
    and is_enabled
    and points <> 0
    and case when component = 'profile' then 'fit' else component end
    in (select component from {{ ref("score_models") }} where is_enabled)
{%- endmacro %}

{#- The day that any rule looks back to; a rule without window looks back for ever. No rule, no day that has been. -#}
{% macro longest_window(rules) %}
    {%- set longest_days %}
        case
            when count(*) = count(window_days)
            then coalesce(max(window_days), -1)
            else 100000
        end
    {%- endset %}
    select {{ dbt.dateadd("day", "-" ~ longest_days, as_of_date()) }} as first_day
    from {{ rules }}
{% endmacro %}

{#- Is an event of that day inside the rule's window? A window of 7 days ends with the event 7 days ago. -#}
{% macro is_in_window(event_date) -%}
    (
        rules.window_days is null
        or {{ dbt.datediff(event_date, as_of_date(), "day") }} <= rules.window_days
    )
{%- endmacro %}

{#-
Points of one event, halved with every half-life, by whole days. A decimal, so that sums do not depend on the order
in which rows are read: the same facts on the same day give the same score to the last digit.
-#}
{% macro decayed_points(event_date) -%}
    cast(
        case
            when rules.half_life_days is null
            then rules.points
            else
                rules.points * power(
                    0.5,
                    {{ dbt.datediff(event_date, as_of_date(), "day") }}
                    / cast(rules.half_life_days as double)
                )
        end as decimal(12, 4)
    )
{%- endmacro %}

{#- The sum of a rule's points for one scored subject, held to the rule's cap in either direction, in cents. -#}
{% macro capped_points(points) -%}
    cast(
        greatest(
            least(
                cast({{ points }} as decimal(18, 4)),
                coalesce(rules.cap_points, 1000000)
            ),
            - coalesce(rules.cap_points, 1000000)
        ) as decimal(9, 2)
    )
{%- endmacro %}
