{#- There is at least one row: without any the rule that the seed holds would silently be no rule. -#}
{% test has_rows(model) %}
    select count(*) as row_count from {{ model }} having count(*) = 0
{% endtest %}
