{#-
Weighted vectors (seeds icp_vectors, persona_vectors) applied to any entity.

facts    model or CTE with the columns of rule_facts()
vectors  the seed; rows without attribute are theoretical and left out
set_id   column of the seed that names the set a vector belongs to (a persona); none: all vectors are one set

Entities are many, the ways in which they match are few: an entity's answer to every vector of a set is kept as a
pattern, two numbers with one bit per vector (matched, known; so a set holds 62 vectors at most), and the arithmetic is
done once for each pattern (macros/rules/patterns.sql). What an entity has no fact for is unknown.
-#}
{% macro weighted_vectors(vectors, set_id) %}
    {%- set set_of_vector = set_id or "''" %}
    select
        *,
        {{ (set_id ~ " || ': ' || vector_id") if set_id else "vector_id" }} as rule_id,
        {{ set_of_vector }} as set_of_vector,
        effect = 'score' and coalesce(weight, 0) > 0 as is_weighted,
        cast(
            power(
                2,
                row_number() over (partition by {{ set_of_vector }} order by vector_id)
                - 1
            ) as bigint
        ) as place
    from {{ vectors }}
    where attribute is not null
{% endmacro %}

{#- One row per entity and set: entity_id, set_id, matched_bits, known_bits. -#}
{% macro vector_patterns(facts, vectors=ref("icp_vectors"), set_id=none) %}
    with
        vectors as ({{ weighted_vectors(vectors, set_id) }}),
        conditions as ({{ rule_conditions("vectors", "rule_id") }}),
        matches as ({{ rule_matches(facts, "conditions", is_single=true) }})
    select
        matches.entity_id,
        vectors.set_of_vector as set_id,
        bit_or(
            case when matches.is_match then vectors.place else 0 end
        ) as matched_bits,
        bit_or(case when matches.is_missing then 0 else vectors.place end) as known_bits
    from matches
    inner join vectors on matches.rule_id = vectors.rule_id
    group by matches.entity_id, vectors.set_of_vector
{% endmacro %}

{#- One row per entity and vector of its sets, with the columns of pattern_matches(). -#}
{% macro vector_matches(facts, vectors=ref("icp_vectors"), set_id=none) %}
    with
        entity_patterns as ({{ vector_patterns(facts, vectors, set_id) }}),
        judged_patterns as ({{ pattern_matches("entity_patterns", vectors, set_id) }})
    select entity_patterns.entity_id, judged_patterns.*
    from entity_patterns
    inner join
        judged_patterns on {{ same_pattern("entity_patterns", "judged_patterns") }}
{% endmacro %}

{#- One row per entity and set with the columns of fit_of_matches(). -#}
{% macro vector_fits(facts, vectors=ref("icp_vectors"), set_id=none) %}
    with
        entity_patterns as ({{ vector_patterns(facts, vectors, set_id) }}),
        judged_patterns as ({{ pattern_matches("entity_patterns", vectors, set_id) }}),
        pattern_fits as (
            {{ fit_of_matches("judged_patterns", "set_id, matched_bits, known_bits") }}
        )
    select entity_patterns.entity_id, pattern_fits.*
    from entity_patterns
    inner join pattern_fits on {{ same_pattern("entity_patterns", "pattern_fits") }}
{% endmacro %}

{% macro same_pattern(one, other) -%}
    {{ one }}.matched_bits = {{ other }}.matched_bits
    and {{ one }}.known_bits = {{ other }}.known_bits
    and {{ one }}.set_id = {{ other }}.set_id
{%- endmacro %}
