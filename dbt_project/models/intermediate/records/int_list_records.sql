-- The company or person that rows of lists speak of, as the last row says.
with
    list_rows as (
        select
            case when object = 'companies' then 'Company' else 'Lead' end as entity, *
        from {{ ref("stg_files__rows") }}
        where status = 'accepted'
    ),

    ranked as (
        select
            *,
            min(imported_at) over (partition by entity, record_id) as first_imported_at,
            row_number() over (
                partition by entity, record_id
                order by imported_at desc, import_id, row_number desc
            ) as recency
        from list_rows
    )

select
    entity as object,
    record_id,
    company_name,
    website,
    email,
    first_name,
    last_name,
    full_name,
    title,
    department,
    linkedin_url,
    phone,
    street,
    city,
    state,
    postal_code,
    country,
    industry,
    employee_count,
    annual_revenue_usd,
    first_imported_at,
    imported_at
from ranked
where recency = 1
