-- One row per company record. `place` ranks records as their account's main one and
-- breaks every tie in identity:
-- live before merged, customers first, then the oldest, then by id. It depends on the
-- records alone, not on their order.
create or replace temp table company_input as
select
    cast(
        row_number() over (
            order by
                merged_into_record_id is not null,
                not coalesce(is_customer, false),
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
    left(company_name, 4000) as company_name,
    website,
    lower(trim(left(email, 320))) as email,
    split_part(lower(trim(left(email, 320))), '@', -1) as email_host,
    nullif(upper(trim(country_code)), '') as country,
    nullif(lower(strip_accents(trim(city))), '') as city,
    parent_record_id,
    linked_record_id,
    merged_into_record_id,
    coalesce(is_branch, false) as is_branch,
    coalesce(is_customer, false) as is_customer,
    created_at,
    updated_at,
    (source, object) in ({account_objects}) as is_account,
    {optional_columns}
from {records}
where record_id is not null
