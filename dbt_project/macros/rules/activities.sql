{#- What makes two activities of one kind: rules, content and products look at nothing else. -#}
{% macro activity_kind_id() -%}
    md5(
        coalesce(activity_type, '')
        || chr(31)
        || coalesce(subject, '')
        || chr(31)
        || coalesce(source, '')
        || chr(31)
        || coalesce(cast(is_engagement as {{ dbt.type_string() }}), '')
    )
{%- endmacro %}

{#- Are the columns of two relations equal, null being a value? -#}
{% macro same_values(left, right, columns) -%}
    {%- for column in columns %}
        {{ left }}.{{ column }} is not distinct from {{ right }}.{{ column }}
        {%- if not loop.last %} and {% endif %}
    {%- endfor %}
{%- endmacro %}

{#- What a person looked at in one day is one session: an activity Web Session with the number of its pages. -#}
{% macro web_sessions(days) %}
    select
        account_id,
        contact_id,
        'Web Session' as activity_type,
        cast(null as {{ dbt.type_string() }}) as subject,
        min(source) as source,
        true as is_engagement,
        cast(sum(activity_count) as integer) as page_count,
        activity_date,
        1 as activity_count,
        max(last_activity_at) as last_activity_at
    from {{ days }}
    where activity_type = 'Web Visit' and contact_id is not null
    group by account_id, contact_id, activity_date
{% endmacro %}

{#- Activities of one kind by one person on one day, as one row; `span` holds the day that is looked back to. -#}
{% macro days_of_activities(activities, span) %}
    select
        account_id,
        contact_id,
        activity_type,
        subject,
        source,
        is_engagement,
        cast(null as integer) as page_count,
        cast(occurred_at as date) as activity_date,
        count(*) as activity_count,
        max(occurred_at) as last_activity_at
    from {{ activities }}
    cross join {{ span }} as span
    where
        (account_id is not null or contact_id is not null)
        and occurred_at < {{ dbt.dateadd("day", 1, as_of_date()) }}
        and occurred_at >= span.first_day
    group by
        account_id,
        contact_id,
        activity_type,
        subject,
        source,
        is_engagement,
        cast(occurred_at as date)
{% endmacro %}
