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

{#-
The tiers of `judged` (a CTE), or while scoring is held those from before, with the reason: an account that was not
there then has none.
-#}
{% macro tiers_unless_held(judged) %}
    {%- set columns = [
        "account_id",
        "tier",
        "fit_score",
        "next_tier",
        "points_to_next_tier",
        "tier_reason",
        "play",
        "owner_team",
        "market_mode",
        "tier_thresholds_version",
        "is_target",
    ] %}
    {%- set otherwise = {
        "account_id": "judged.account_id",
        "tier_reason": "coalesce(kept.tier_reason, 'Not scored: ' || holds.reason)",
        "is_target": "coalesce(kept.is_target, false)",
    } %}
    {%- if scoring_is_held() %}
        select
            {%- for column in columns %}
                {{ otherwise.get(column, "kept." ~ column) }} as {{ column }},
            {%- endfor %}
            holds.reason as held_reason
        from {{ judged }} as judged
        cross join {{ ref("int_scoring_holds") }} as holds
        left join
            ({{ kept_while_held(judged, columns) }}) as kept
            on judged.account_id = kept.account_id
    {%- else %}
        select
            {{ columns | join(", ") }},
            cast(null as {{ dbt.type_string() }}) as held_reason
        from {{ judged }}
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
