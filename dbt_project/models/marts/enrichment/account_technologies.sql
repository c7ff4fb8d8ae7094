with
    candidates as (
        select *
        from {{ ref("int_account_attribute_values") }}
        where attribute = 'technologies'
    ),

    technologies as (select * from {{ ref("technologies") }}),

    seen as (
        select
            candidates.account_id,
            candidates.source,
            candidates.observed_at,
            {{ unnested_json_texts("candidates.value") }} as label
        from candidates
    ),

    named as (
        select
            seen.account_id,
            coalesce(technologies.technology, trim(seen.label)) as technology,
            seen.source,
            technologies.category,
            coalesce(technologies.is_competitor, false) as is_competitor,
            seen.observed_at
        from seen
        left join
            technologies
            on {{ vocabulary_key("replace(seen.label, '_', ' ')") }}
            = {{ vocabulary_key("technologies.label") }}
    )

select
    account_id,
    technology,
    min(category) as category,
    {{ last_value_by("source", "observed_at") }} as source,
    bool_or(is_competitor) as is_competitor,
    cast(count(distinct source) as integer) as source_count,
    max(observed_at) as observed_at
from named
where technology <> ''
group by account_id, technology
