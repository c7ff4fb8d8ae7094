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
