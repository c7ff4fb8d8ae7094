{#- Does scoring wait until the CRM is clean (int_scoring_holds)? Asked when the model that calls this is built. -#}
{% macro scoring_is_held() %}
    {%- set holds = ref("int_scoring_holds") %}
    {%- if execute and _exists(holds) %}
        {%- do return(run_query("select is_held from " ~ holds).columns[0][0]) %}
    {%- endif %}
    {%- do return(false) %}
{% endmacro %}

{#-
The rows of `today` (a CTE), or while scoring is held the rows that the model was left with when it last ran: nothing
where it never ran with these columns. Names the columns, because those of `today` may come in another order.
-#}
{% macro kept_while_held(today, columns) %}
    {%- if not scoring_is_held() %} select {{ columns | join(", ") }} from {{ today }}
    {%- elif _exists(this) and not _lacks(this, columns) %}
        select {{ columns | join(", ") }} from {{ this }}
    {%- else %} select {{ columns | join(", ") }} from {{ today }} where false
    {%- endif %}
{% endmacro %}

{#- A unit test's input has no schema, and is no table. -#}
{% macro _exists(relation) %}
    {%- do return(
        relation.schema is not none
        and adapter.get_relation(
            relation.database, relation.schema, relation.identifier
        )
        is not none
    ) %}
{% endmacro %}

{% macro _lacks(relation, columns) %}
    {%- set present = (
        adapter.get_columns_in_relation(relation)
        | map(attribute="name")
        | list
    ) %}
    {%- do return(columns | reject("in", present) | list) %}
{% endmacro %}
