{{ config(materialized="view") }}

-- What a vendor that sends files says of a company: the latest row of the lists that
-- bear
-- its name.
with
    list_rows as (
        select *
        from {{ ref("stg_files__rows") }}
        where status = 'accepted' and object = 'companies'
    ),

    file_vendors as (
        select vendor, title
        from {{ ref("vendors") }}
        where kind = 'file' and is_enabled
    ),

    ranked as (
        select
            file_vendors.vendor,
            list_rows.*,
            row_number() over (
                partition by file_vendors.vendor, list_rows.record_id
                order by
                    list_rows.imported_at desc,
                    list_rows.import_id,
                    list_rows.row_number desc
            ) as recency
        from list_rows
        inner join
            file_vendors
            on lower(list_rows.list_name)
            in (lower(file_vendors.vendor), lower(file_vendors.title))
    )

select
    vendor,
    record_id,
    company_name as account_name,
    website,
    phone,
    street,
    city,
    state,
    postal_code,
    country as country_code,
    industry,
    employee_count,
    annual_revenue_usd,
    other_values,
    imported_at as observed_at
from ranked
where recency = 1
