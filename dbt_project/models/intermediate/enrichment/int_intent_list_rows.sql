{{ config(materialized="view") }}

-- Intent that a provider sends as a file: rows of companies in a list that bears its
-- name, with columns topic (or keyword), score and week (or date).
{%- set columns = {
    "topic": ["topic", "Topic", "keyword", "Keyword"],
    "score": ["score", "Score", "intent_score", "Intent Score"],
    "week": ["week", "Week", "date", "Date"],
} %}
with
    list_rows as (
        select
            {%- for name, headings in columns.items() %}
                coalesce(
                    {%- for heading in headings %}
                        {{ json_text("other_values", heading) }}
                        {{- "," if not loop.last }}
                    {%- endfor %}
                ) as {{ name }},
            {%- endfor %}
            record_id,
            company_name,
            website,
            import_id,
            row_number,
            imported_at
        from {{ ref("stg_files__rows") }}
        where
            status = 'accepted'
            and object = 'companies'
            and lower(list_name) in ('6sense', 'sixsense')
    ),

    typed as (
        select
            'sixsense' as provider,
            record_id,
            coalesce(website, company_name) as domain,
            trim(topic) as topic,
            {{ cast_or_null("score", "double") }} as score,
            cast(
                date_trunc('week', {{ cast_or_null("week", "timestamp") }}) as date
            ) as week_date,
            row_number() over (
                partition by
                    record_id,
                    trim(topic),
                    date_trunc('week', {{ cast_or_null("week", "timestamp") }})
                order by imported_at desc, import_id, row_number desc
            ) as recency
        from list_rows
    )

select provider, record_id, domain, topic, score, week_date
from typed
where recency = 1 and topic <> '' and score is not null and week_date is not null
