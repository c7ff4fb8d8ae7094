{#-
The ICP applied to any entity: one row per entity and vector of seed icp_vectors.

facts  model or CTE with the columns of rule_facts()

contribution is the vector's share of 100 where it matches, else 0: weight over the weights that count for this
entity (vectors with missing_policy skip do not count where their value is unknown). Shares are rounded to cents
cumulatively in the order of vector_id, so that they always add up to 100.00 and an entity's contributions add up to
its fit score exactly.
-#}
{% macro vector_matches(facts) %}
    with
        vectors as (select * from {{ ref("icp_vectors") }} where attribute is not null),
        conditions as ({{ rule_conditions("vectors", "vector_id") }}),
        matches as ({{ rule_matches(facts, "conditions", is_single=true) }}),
        judged as (
            select
                matches.*,
                vectors.effect,
                vectors.missing_policy,
                cast(coalesce(vectors.weight, 0) as decimal(9, 4)) as weight,
                matches.is_missing and vectors.missing_policy = 'skip' as is_left_out
            from matches
            inner join vectors on matches.rule_id = vectors.vector_id
        ),
        left_out as (
            select
                entity_id,
                {{ dbt.listagg("rule_id", "'|'", "order by rule_id") }}
                as left_out_vectors
            from judged
            where is_left_out and effect = 'score'
            group by entity_id
        ),
        left_out_sets as (
            select distinct left_out_vectors
            from left_out
            union all
            select '' as left_out_vectors
        ),
        counted as (
            select left_out_sets.left_out_vectors, vectors.vector_id, vectors.weight
            from left_out_sets
            inner join
                vectors on vectors.effect = 'score' and vectors.weight > 0 and not
                {{
                    list_holds(
                        split_values("left_out_sets.left_out_vectors"),
                        "vectors.vector_id",
                    )
                }}
        ),
        cumulated as (
            select
                *,
                sum(weight) over (
                    partition by left_out_vectors order by vector_id
                ) as weight_up_to_here,
                sum(weight) over (partition by left_out_vectors) as weight_in_total
            from counted
        ),
        shares as (
            select
                left_out_vectors,
                vector_id,
                cast(
                    round(100 * weight_up_to_here / weight_in_total, 2) as decimal(5, 2)
                ) - cast(
                    round(
                        100 * (weight_up_to_here - weight) / weight_in_total, 2
                    ) as decimal(5, 2)
                ) as share
            from cumulated
        )
    select
        judged.entity_id,
        judged.rule_id as vector_id,
        judged.effect,
        judged.missing_policy,
        judged.weight,
        judged.is_match,
        judged.is_missing,
        judged.is_left_out,
        cast(coalesce(shares.share, 0) as decimal(5, 2)) as share,
        cast(
            case
                when judged.is_match then coalesce(shares.share, 0) else 0
            end as decimal(5, 2)
        ) as contribution,
        judged.observed_value
    from judged
    left join left_out on judged.entity_id = left_out.entity_id
    left join
        shares
        on judged.rule_id = shares.vector_id
        and coalesce(left_out.left_out_vectors, '') = shares.left_out_vectors
{% endmacro %}

{#-
One row per entity from rows of vector_matches(): fit_score (null when not scorable), what blocks and what excludes it,
and the weights behind. A blocking vector is one with missing_policy required whose value is unknown.
-#}
{% macro fit_of_matches(matches, key) %}
    {%- set is_blocking = "is_missing and missing_policy = 'required'" %}
    {%- set is_excluding = "((effect = 'exclude' and is_match) or (effect = 'include' and not is_match and not is_left_out))" %}
    with
        totals as (
            select
                {{ key }},
                sum(contribution) as contribution,
                sum(share) as share,
                sum(case when is_match then weight else 0 end) as matched_weight,
                sum(weight) as total_weight,
                sum(case when is_missing then weight else 0 end) as missing_weight,
                sum(
                    case when is_match and effect = 'score' then 1 else 0 end
                ) as matched_vector_count
            from {{ matches }}
            group by {{ key }}
        ),
        -- Few entities are blocked or excluded: their vectors are listed apart from
        -- the millions of others.
        gates as (
            select
                {{ key }},
                {{ vectors_where(is_blocking) }} as blocking_vectors,
                {{ vectors_where(is_excluding) }} as excluding_vectors
            from {{ matches }}
            where {{ is_blocking }} or {{ is_excluding }}
            group by {{ key }}
        )
    select
        totals.{{ key }},
        case
            when gates.blocking_vectors is null and totals.share > 0
            then cast(totals.contribution as decimal(5, 2))
        end as fit_score,
        gates.blocking_vectors,
        gates.excluding_vectors,
        totals.matched_weight,
        totals.total_weight,
        totals.missing_weight,
        totals.matched_vector_count
    from totals
    left join gates on totals.{{ key }} = gates.{{ key }}
{% endmacro %}

{% macro vectors_where(condition) -%}
    {%- set vector = "case when " ~ condition ~ " then vector_id end" %}
    {%- do return(dbt.listagg(vector, "', '", "order by vector_id")) %}
{%- endmacro %}
