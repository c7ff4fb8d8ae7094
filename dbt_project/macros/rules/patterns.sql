{#-
One row per distinct pattern of `patterns` (set_id, matched_bits, known_bits) and vector of its set: what each vector
gives to an entity with that pattern.

A vector that matches gives its weight's share of 100 over the weights that count for this entity (vectors with
missing_policy skip do not count where their value is unknown). All vectors on one attribute together give at most its
attribute_cap, and the cap is then all that counts for the attribute: of several bands an entity can meet only one.
Weights of an attribute are filled from the heaviest vector on. Shares are rounded to cents cumulatively, so that they
add up to 100.00 and an entity's contributions add up to its fit score exactly.
-#}
{% macro pattern_matches(patterns, vectors=ref("icp_vectors"), set_id=none) %}
    with
        vectors as ({{ weighted_vectors(vectors, set_id) }}),
        distinct_patterns as (
            select
                *,
                row_number() over (order by set_id, matched_bits, known_bits) as pattern
            from
                (
                    select distinct set_id, matched_bits, known_bits from {{ patterns }}
                ) as found
        ),
        answered as (
            select
                distinct_patterns.*,
                vectors.vector_id,
                vectors.attribute,
                vectors.effect,
                vectors.missing_policy,
                cast(coalesce(vectors.weight, 0) as decimal(9, 4)) as weight,
                vectors.attribute_cap,
                vectors.is_weighted,
                (distinct_patterns.matched_bits & vectors.place) <> 0 as is_match,
                (distinct_patterns.known_bits & vectors.place) = 0 as is_missing
            from distinct_patterns
            inner join vectors on distinct_patterns.set_id = vectors.set_of_vector
        ),
        judged as (
            select *, is_missing and missing_policy = 'skip' as is_left_out
            from answered
        ),
        filled as (
            select
                *,
                sum(weight) over {{ within_attribute() }} as weight_so_far,
                sum(
                    case when is_match then weight else 0 end
                ) over {{ within_attribute() }} as matched_so_far,
                least(
                    sum(weight) over (partition by pattern, attribute),
                    coalesce(
                        max(attribute_cap) over (partition by pattern, attribute), 99999
                    )
                ) as attainable,
                row_number() over {{ within_attribute() }} as place_in_attribute,
                min(vector_id) over (partition by pattern, attribute) as first_vector_id
            from judged
            where is_weighted and not is_left_out
        ),
        blocks as (
            select
                *,
                case when is_match then weight else 0 end as matched,
                sum(case when place_in_attribute = 1 then attainable else 0 end) over (
                    partition by pattern
                    order by first_vector_id
                    range between unbounded preceding and current row
                )
                - attainable as weight_before,
                sum(case when place_in_attribute = 1 then attainable else 0 end) over (
                    partition by pattern
                ) as weight_in_total
            from filled
        ),
        shares as (
            select
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
        judged.set_id,
        judged.matched_bits,
        judged.known_bits,
        judged.vector_id,
        judged.effect,
        judged.missing_policy,
        judged.weight,
        judged.is_match,
        judged.is_missing,
        judged.is_left_out,
        cast(coalesce(shares.share, 0) as decimal(5, 2)) as share,
        cast(coalesce(shares.contribution, 0) as decimal(5, 2)) as contribution
    from judged
    left join
        shares
        on judged.pattern = shares.pattern
        and judged.vector_id = shares.vector_id
{% endmacro %}

{% macro within_attribute() -%}
    (
        partition by pattern, attribute
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
One row per `key` (columns, the entity or the pattern) of rows with the columns of pattern_matches(): fit_score (null
when not scorable), what blocks and what excludes it, what it is made of, and the weights behind. A blocking vector is
one with missing_policy required whose value is unknown.
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
                ) as matched_vector_count,
                {{ vectors_where(is_blocking) }} as blocking_vectors,
                {{ vectors_where(is_excluding) }} as excluding_vectors
            from {{ matches }}
            group by {{ key }}
        )
    select
        {{ key }},
        case
            when blocking_vectors is null and share > 0
            then cast(contribution as decimal(5, 2))
        end as fit_score,
        blocking_vectors,
        excluding_vectors,
        matched_weight,
        total_weight,
        missing_weight,
        matched_vector_count
    from totals
{% endmacro %}

{% macro vectors_where(condition) -%}
    {%- set vector = "case when " ~ condition ~ " then vector_id end" %}
    {%- do return(dbt.listagg(vector, "', '", "order by vector_id")) %}
{%- endmacro %}
