{#-
The words of an alert: a template whose {names} are replaced by values; {? ... ?} is left out when something in it is
unknown.

template      SQL expression of the template
placeholders  {name: SQL expression of its value}
-#}
{% macro alert_words(template, placeholders) %}
    {%- set filled = namespace(sql=template) %}
    {%- for name, value in placeholders.items() %}
        {%- set filled.sql = (
            "replace("
            ~ filled.sql
            ~ ", '{' || '"
            ~ name
            ~ "' || '}', coalesce(cast("
            ~ value
            ~ " as "
            ~ dbt.type_string()
            ~ "), chr(1)))"
        ) %}
    {%- endfor %}
    replace(
        replace(
            replace(
                {{ replace_pattern(filled.sql, "[{][?][^?]*\x01[^?]*[?][}]", "") }},
                '{' || '?',
                ''
            ),
            '?' || '}',
            ''
        ),
        chr(1),
        'unknown'
    )
{% endmacro %}
