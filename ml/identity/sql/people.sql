-- One row per person record with its normalised evidence. `place` ranks records as
-- their person's main one and breaks
-- ties: live before merged, contacts before leads before marketing's own, then the
-- oldest, then by id.
create or replace temp table people as
with
    cleaned as (
        select
            source,
            object,
            record_id,
            account_record_id,
            linked_record_id,
            merged_into_record_id,
            created_at,
            {given} as given_text,
            {family} as family_text,
            replace(lower(trim(left(email, 320))), 'mailto:', '') as email_text,
            lower(regexp_extract(left(linkedin_url, 1000), '(?i)linkedin\.com/(?:in|pub)/([^/?#\s]+)', 1)) as profile
        from {records}
        where record_id is not null
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
    nullif(regexp_replace(given_text, '[^\p{{L}}\p{{N}}]+', '', 'g'), '') as given,
    nullif(regexp_extract(given_text, '[\p{{L}}\p{{N}}]+'), '') as first_given,
    nullif(regexp_replace(family_text, '[^\p{{L}}\p{{N}}]+', '', 'g'), '') as family,
    case when regexp_full_match(email_text, '[^@\s]+@[^@\s]+\.[^@\s]+') then email_text end as email,
    nullif(profile, '') as profile
from cleaned
