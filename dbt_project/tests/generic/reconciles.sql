{#-
A total of a mart equals a total of what it was built from. With source_object and source_key the source is a
staged Salesforce object of which only the live records count.
-#}
{% test reconciles(
    model,
    measure,
    source_model,
    source_measure,
    source_object=none,
    source_key=none,
    source_where="true"
) %}
    with
        source_rows as (
            {% if source_object %}
                {{ live_records(source_model, source_object, source_key) }}
            {% else %}select * from {{ source_model }}
            {% endif %}
        ),

        mart_total as (
            select coalesce({{ measure }}, 0) as mart_value from {{ model }}
        ),

        source_total as (
            select coalesce({{ source_measure }}, 0) as source_value
            from source_rows
            where {{ source_where }}
        )

    select mart_total.mart_value, source_total.source_value
    from mart_total
    cross join source_total
    where mart_total.mart_value <> source_total.source_value
{% endtest %}
