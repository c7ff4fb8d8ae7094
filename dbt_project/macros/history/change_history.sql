{#-
The one way in which history is kept: a row for each state of an entity, written only when the state changes.
The model that calls this is incremental and keeps its rows through a full refresh:

    config(
        materialized="incremental", incremental_strategy="merge", unique_key=["account_id", "valid_from"],
        merge_update_columns=["valid_to", "is_current"], full_refresh=false, on_schema_change="append_new_columns"
    )

current_rows  CTE with one row per entity as it is now
key           its key column
tracked       columns whose change (null counts as a value) ends a state and begins the next
carried       further columns, kept as they were when the state began
renewed       SQL condition over current_rows.* and latest.* that begins a state although nothing tracked has changed
reason        SQL expression over current_rows.* and latest.* (the state before; all null for an entity never seen)
              that says in words why the state began; blank: no column change_reason

Adds change_reason, valid_from, valid_to (null while it lasts; the end is not part of it) and is_current. An entity
that is gone ends its state; one that comes back begins a new one. A second run with nothing changed writes nothing.
-#}
{% macro change_history(
    current_rows, key, tracked, carried=[], renewed=none, reason=none
) %}
    {%- set columns = [key] + tracked + carried %}
    {%- set described = columns + (["change_reason"] if reason else []) %}
    {%- set now = as_of_timestamp() %}
    with
        latest as (
            {%- if is_incremental() %}select * from {{ this }} where is_current
            {%- else %}
                select
                    {{ current_rows }}.*,
                    cast(null as {{ dbt.type_string() }}) as change_reason,
                    cast(null as timestamp) as valid_from
                from {{ current_rows }}
                where false
            {%- endif %}
        ),
        begun as (
            select
                {%- for column in columns %} current_rows.{{ column }}, {%- endfor %}
                {%- if reason %} {{ reason }} as change_reason, {%- endif %}
                -- Never before the state that it follows, whatever a clock says.
                greatest(
                    {{ now }}, latest.valid_from + interval '1 microsecond'
                ) as valid_from
            from {{ current_rows }} as current_rows
            left join latest on current_rows.{{ key }} = latest.{{ key }}
            where
                latest.{{ key }} is null
                {%- for column in tracked %}
                    or current_rows.{{ column }} is distinct from latest.{{ column }}
                {%- endfor %}
                {%- if renewed %} or {{ renewed }} {%- endif %}
        ),
        ended as (
            select
                {%- for column in described %} latest.{{ column }}, {%- endfor %}
                latest.valid_from,
                coalesce(
                    begun.valid_from,
                    greatest({{ now }}, latest.valid_from + interval '1 microsecond')
                ) as valid_to
            from latest
            left join begun on latest.{{ key }} = begun.{{ key }}
            left join
                {{ current_rows }} as current_rows
                on latest.{{ key }} = current_rows.{{ key }}
            where begun.{{ key }} is not null or current_rows.{{ key }} is null
        )
    select
        {{ described | join(", ") }},
        valid_from,
        cast(null as timestamp) as valid_to,
        true as is_current
    from begun
    union all
    select {{ described | join(", ") }}, valid_from, valid_to, false as is_current
    from ended
{% endmacro %}

{#- Are two values different, null counting as a value? For the reasons of change_history. -#}
{% macro differs(left_value, right_value) -%}
    {%- do return(left_value ~ " is distinct from " ~ right_value) -%}
{%- endmacro %}
