-- One row per person record with its normalised evidence. `place` ranks records as
-- their person's main one and breaks
-- ties: live before merged, contacts before leads before marketing's own, then the
-- oldest, then by id.
create or replace temp table people as
with
    records as (
        select *, coalesce(last_name, full_name) as surname
        from {records}
        where record_id is not null
    ),

-- A name is borne by many.
    given_names as (
        select
            first_name,
            nullif(regexp_replace(spelt, '[^\p{{L}}\p{{N}}\p{{M}}]+', '', 'g'), '') as given,
            nullif(regexp_extract(spelt, '[\p{{L}}\p{{N}}\p{{M}}]+'), '') as first_given
        from (select first_name, {given} as spelt from (select distinct first_name from records))
    ),

    family_names as (
        select surname, nullif(regexp_replace(spelt, '[^\p{{L}}\p{{N}}\p{{M}}]+', '', 'g'), '') as family
        from (select surname, {family} as spelt from (select distinct surname from records))
    ),

    cleaned as (
        select
            records.*,
            given_names.given,
            given_names.first_given,
            family_names.family,
            replace(lower(trim(left(email, 320))), 'mailto:', '') as email_text,
            lower(regexp_extract(left(linkedin_url, 1000), '(?i)linkedin\.com/(?:in|pub)/([^/?#\s]+)', 1)) as profile
        from records
        left join given_names on records.first_name = given_names.first_name
        left join family_names on records.surname = family_names.surname
    )

select
    cast(
        row_number() over (
            order by
                merged_into_record_id is not null,
                source != 'salesforce',
                object != 'Contact',
                created_at nulls last,
                source,
                object,
                record_id
        )
        - 1 as integer
    ) as place,
    source,
    object,
    record_id,
    account_record_id,
    linked_record_id,
    merged_into_record_id,
    created_at,
    given,
    first_given,
    family,
    regexp_matches(given, '[a-z]') as is_latin_given,
    regexp_matches(family, '[a-z]') as is_latin_family,
    case when regexp_full_match(email_text, '[^@\s]+@[^@\s]+\.[^@\s]+') then email_text end as email,
    nullif(profile, '') as profile
from cleaned
