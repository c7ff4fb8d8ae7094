{%- set attributes = {
    "title": "text",
    "seniority": "text",
    "job_function": "text",
    "tenure_months": "number",
} %}
-- People are many, their titles are few: each distinct profile is matched once, under
-- the id of one of those who have it.
with
    vectors as (
        select vectors.*
        from {{ ref("persona_vectors") }} as vectors
        inner join
            {{ ref("personas") }} as personas
            on vectors.persona_id = personas.persona_id
        where personas.is_enabled
    ),
    contacts as (
        select
            contact_id,
            title,
            seniority,
            job_function,
            -- Months that no vector tells apart need not make profiles of their own.
            case
                when
                    (select count(*) from vectors where attribute = 'tenure_months') > 0
                then
                    least(
                        {{ dbt.datediff("created_at", as_of_timestamp(), "day") }} / 30,
                        (
                            select max({{ cast_or_null("value", "double") }})
                            from vectors
                            where attribute = 'tenure_months'
                        )
                        + 1
                    )
            end as known_months
        from {{ ref("int_contacts") }}
    ),
    profiled as (
        select
            *,
            cast(floor(known_months) as integer) as tenure_months,
            min(contact_id) over (
                partition by title, seniority, job_function, floor(known_months)
            ) as profile_id
        from contacts
    ),
    profiles as (select * from profiled where contact_id = profile_id),
    facts as ({{ rule_facts("profiles", "profile_id", attributes, "vectors") }}),
    matches as ({{ vector_matches("facts", "vectors", "persona_id") }}),
    fits as ({{ fit_of_matches("matches", "entity_id, set_id") }}),
    explained as (
        select
            entity_id,
            set_id,
            {{
                dbt.listagg(
                    "case when contribution > 0 then vector_id || ' ' || contribution end",
                    "', '",
                    "order by contribution desc, vector_id",
                )
            }}
            as matched_vectors
        from matches
        group by entity_id, set_id
    ),
    ranked as (
        select
            fits.*,
            explained.matched_vectors,
            row_number() over (
                partition by fits.entity_id order by fits.fit_score desc, fits.set_id
            ) as place
        from fits
        inner join
            explained
            on fits.entity_id = explained.entity_id
            and fits.set_id = explained.set_id
        where
            fits.fit_score
            >= (select min(minimum_score) from {{ ref("persona_thresholds") }})
            and fits.excluding_vectors is null
    )
select
    profiled.contact_id,
    ranked.set_id as persona_id,
    ranked.fit_score as persona_fit_score,
    ranked.matched_vectors,
    profiled.tenure_months
from profiled
left join ranked on profiled.profile_id = ranked.entity_id and ranked.place = 1
