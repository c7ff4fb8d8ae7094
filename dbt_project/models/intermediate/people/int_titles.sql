with
    titles as (
        select title
        from {{ ref("int_person_records") }}
        where nullif(trim(title), '') is not null
        union
        select value as title
        from {{ ref("int_contact_attribute_values") }}
        where attribute = 'title' and preference_rank = 1
    ),

    keywords as (select * from {{ ref("title_keywords") }}),

    -- " vp sales operations ": words between single blanks, so that a keyword is
    -- found as whole words only.
    worded as (
        select
            title,
            ' '
            || trim({{ replace_pattern("lower(title)", "[^\\p{L}\\p{N}]+", " ") }})
            || ' ' as words
        from titles
    ),

    found as (
        select
            worded.title,
            keywords.dimension,
            keywords.value,
            row_number() over (
                partition by worded.title, keywords.dimension
                order by
                    keywords.priority, length(keywords.keyword) desc, keywords.keyword
            ) as match_rank
        from worded
        inner join
            keywords on position(' ' || keywords.keyword || ' ' in worded.words) > 0
    )

select
    titles.title,
    coalesce(
        max(case when found.dimension = 'seniority' then found.value end), 'Staff'
    ) as seniority,
    coalesce(
        max(case when found.dimension = 'job_function' then found.value end), 'Other'
    ) as job_function
from titles
left join found on titles.title = found.title and found.match_rank = 1
group by titles.title
