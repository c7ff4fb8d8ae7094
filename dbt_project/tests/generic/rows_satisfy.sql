{#-
Every row satisfies the expression; a window function in it may look at other rows. Unknown (null) passes, as in a
check constraint. The remedy in the test's meta is what the seed validator tells the person who edits the file.
-#}
{% test rows_satisfy(model, expression) %}
    select *
    from (select *, {{ expression }} as is_satisfied from {{ model }}) as judged
    where not is_satisfied
{% endtest %}
