{% set columns = [
    "set_id",
    "matched_bits",
    "known_bits",
    "vector_id",
    "vector_kind",
    "definition",
    "status",
    "attribute",
    "effect",
    "missing_policy",
    "weight",
    "is_match",
    "is_missing",
    "is_left_out",
    "share",
    "contribution",
    "icp_version",
] %}
with
    patterns as (select * from {{ ref("int_accounts__vector_patterns") }}),
    matches as ({{ pattern_matches("patterns") }}),
    vectors as (select * from {{ ref("icp_vectors") }}),
    described as (
        select
            matches.*,
            vectors.vector_kind,
            vectors.definition,
            vectors.status,
            vectors.attribute,
            vectors.version as icp_version
        from matches
        inner join vectors on matches.vector_id = vectors.vector_id
    ),
    -- As they were judged, though the vectors were edited since.
    final as ({{ kept_while_held("described", columns) }})
select *
from final
