{#-
Weighted vectors (seeds icp_vectors, persona_vectors) applied to any entity: one row per entity and vector.

facts    model or CTE with the columns of rule_facts()
vectors  the seed; rows without attribute are theoretical and left out
set_id   column of the seed that names the set a vector belongs to (a persona); none: all vectors are one set

A vector that matches gives its weight's share of 100 over the weights that count for this entity (vectors with
missing_policy skip do not count where their value is unknown). All vectors on one attribute together give at most its
attribute_cap, and the cap is then all that counts for the attribute: of several bands an entity can meet only one.
Weights of an attribute are filled from the heaviest vector on. Shares are rounded to cents cumulatively, so that they
add up to 100.00 and an entity's contributions add up to its fit score exactly.

Entities are many, the ways in which they match are few: the arithmetic is done once for each pattern of matching and
unknown vectors. A pattern is a number with two bits per vector (the seeds hold the vectors of a set to 60).
-#}
{% macro vector_matches(facts, vectors=ref("icp_vectors"), set_id=none) %}
    {%- set set_of_vector = set_id or "''" %}
    {%- set rule_id = (set_id ~ " || ': ' || vector_id") if set_id else "vector_id" %}
    with
        vectors as (
            select
                *,
                {{ rule_id }} as rule_id,
                {{ set_of_vector }} as set_id,
                effect = 'score' and coalesce(weight, 0) > 0 as is_weighted,
                cast(
                    power(
                        4,
                        row_number() over (
                            partition by {{ set_of_vector }} order by vector_id
                        )
                        - 1
                    ) as decimal(38, 0)
                ) as place
            from {{ vectors }}
            where attribute is not null
        ),
        conditions as ({{ rule_conditions("vectors", "rule_id") }}),
        matches as ({{ rule_matches(facts, "conditions", is_single=true) }}),
        judged as (
            select
                matches.*,
                vectors.set_id,
                vectors.vector_id,
                vectors.attribute,
                vectors.effect,
                vectors.missing_policy,
                cast(coalesce(vectors.weight, 0) as decimal(9, 4)) as weight,
                vectors.attribute_cap,
                vectors.is_weighted,
                vectors.place,
                matches.is_missing and vectors.missing_policy = 'skip' as is_left_out
            from matches
            inner join vectors on matches.rule_id = vectors.rule_id
        ),
        patterns as (
            select
                entity_id,
                set_id,
                sum(
                    case
                        when not is_weighted
                        then 0
                        when is_left_out
                        then 2 * place
                        when is_match
                        then place
                        else 0
                    end
                ) as pattern
            from judged
            group by entity_id, set_id
        ),
        samples as (
            select set_id, pattern, min(entity_id) as entity_id
            from patterns
            group by set_id, pattern
        ),
        counted as (
            select
                samples.set_id,
                samples.pattern,
                judged.vector_id,
                judged.attribute,
                judged.is_match,
                judged.weight,
                case when judged.is_match then judged.weight else 0 end as matched,
                judged.attribute_cap
            from samples
            inner join
                judged
                on samples.entity_id = judged.entity_id
                and samples.set_id = judged.set_id
            where judged.is_weighted and not judged.is_left_out
        ),
        filled as (
            select
                *,
                sum(weight) over {{ within_attribute() }} as weight_so_far,
                sum(matched) over {{ within_attribute() }} as matched_so_far,
                least(
                    sum(weight) over (partition by set_id, pattern, attribute),
                    coalesce(
                        max(attribute_cap) over (
                            partition by set_id, pattern, attribute
                        ),
                        99999
                    )
                ) as attainable,
                row_number() over {{ within_attribute() }} as place_in_attribute,
                min(vector_id) over (
                    partition by set_id, pattern, attribute
                ) as first_vector_id
            from counted
        ),
        blocks as (
            select
                *,
                sum(case when place_in_attribute = 1 then attainable else 0 end) over (
                    partition by set_id, pattern
                    order by first_vector_id
                    range between unbounded preceding and current row
                )
                - attainable as weight_before,
                sum(case when place_in_attribute = 1 then attainable else 0 end) over (
                    partition by set_id, pattern
                ) as weight_in_total
            from filled
        ),
        shares as (
            select
                set_id,
                pattern,
                vector_id,
                case
                    when attribute_cap is null
                    then {{ rounded_share("weight_so_far", "weight") }}
                    else
                        {{
                            rounded_share(
                                "least(weight, attainable)",
                                "least(weight, attainable)",
                            )
                        }}
                end as share,
                case
                    when not is_match
                    then 0
                    when attribute_cap is null
                    then {{ rounded_share("weight_so_far", "weight") }}
                    else
                        {{ points_up_to("least(matched_so_far, attainable)") }}
                        - {{
                            points_up_to(
                                "least(matched_so_far - matched, attainable)"
                            )
                        }}
                end as contribution
            from blocks
        )
    select
        judged.entity_id,
        judged.set_id,
        judged.vector_id,
        judged.effect,
        judged.missing_policy,
        judged.weight,
        judged.is_match,
        judged.is_missing,
        judged.is_left_out,
        cast(coalesce(shares.share, 0) as decimal(5, 2)) as share,
        cast(coalesce(shares.contribution, 0) as decimal(5, 2)) as contribution,
        judged.observed_value
    from judged
    inner join
        patterns
        on judged.entity_id = patterns.entity_id
        and judged.set_id = patterns.set_id
    left join
        shares
        on judged.set_id = shares.set_id
        and judged.vector_id = shares.vector_id
        and patterns.pattern = shares.pattern
{% endmacro %}

{% macro within_attribute() -%}
    (
        partition by set_id, pattern, attribute
        order by weight desc, vector_id
        rows between unbounded preceding and current row
    )
{%- endmacro %}

{#- Points of 100 that the weights before the attribute and `weight` of its own make, in cents. -#}
{% macro points_up_to(weight) -%}
    cast(
        round(100 * (weight_before + {{ weight }}) / weight_in_total, 2) as decimal(
            5, 2
        )
    )
{%- endmacro %}

{% macro rounded_share(up_to, weight) -%}
    {{ points_up_to(up_to) }} - {{ points_up_to("(" ~ up_to ~ " - " ~ weight ~ ")") }}
{%- endmacro %}

{#-
One row per entity (and set, named in `key` as a second column) from rows of vector_matches(): fit_score (null when not
scorable), what blocks and what excludes it, and the weights behind. A blocking vector is one with missing_policy
required whose value is unknown.
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
        {%- for column in key.split(", ") %} totals.{{ column }}, {%- endfor %}
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
    left join
        gates
        on {%- for column in key.split(", ") %}
            {%- if not loop.first %} and {%- endif %}
            totals.{{ column }} = gates.{{ column }}
        {%- endfor %}
{% endmacro %}

{% macro vectors_where(condition) -%}
    {%- set vector = "case when " ~ condition ~ " then vector_id end" %}
    {%- do return(dbt.listagg(vector, "', '", "order by vector_id")) %}
{%- endmacro %}
