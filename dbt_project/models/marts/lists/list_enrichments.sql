with
    listed as (
        select
            case when object = 'companies' then 'Company' else 'Lead' end as object,
            record_id,
            {{ last_value_by("list_name", "imported_at") }} as list_name
        from {{ ref("stg_files__rows") }}
        where
            status = 'accepted'
            and import_id
            in (select import_id from {{ ref("stg_files__imports") }} where is_enriched)
        group by
            case when object = 'companies' then 'Company' else 'Lead' end, record_id
    ),

    queued as (
        select * from {{ ref("stg_ops__enrichment_queues") }} where source = 'files'
    ),

    matched as (
        select distinct
            case when object = 'companies' then 'Company' else 'Lead' end as object,
            record_id
        from {{ ref("import_rows") }}
        where outcome = 'matched'
    ),

    attempts as (
        select
            object,
            record_id,
            max(case when outcome = 'answered' then 1 else 0 end) = 1 as is_answered,
            max(case when outcome = 'no_match' then 1 else 0 end) = 1 as is_unknown,
            {{ last_value_by("vendor", "attempted_at") }} as last_vendor,
            max(attempted_at) as attempted_at
        from {{ ref("stg_ops__enrichment_attempts") }}
        group by object, record_id
    ),

    company_values as (select * from {{ ref("int_list_company_values") }}),

    judged as (
        select
            listed.*,
            case
                when attempts.is_answered
                then 'enriched'
                when matched.record_id is not null
                then 'skipped'
                when queued.status = 'queued' or queued.record_id is null
                then 'waiting'
                when attempts.is_unknown
                then 'no_match'
                else 'skipped'
            end as status,
            case
                when attempts.is_answered
                then null
                when matched.record_id is not null
                then 'known from another system and enriched there'
                when queued.record_id is null
                then 'the next run asks'
                when queued.status = 'queued'
                then 'next: ' || queued.vendor
                when queued.status = 'ineligible'
                then 'lacks ' || queued.missing_inputs
                when attempts.is_unknown
                then null
                else coalesce(queued.last_error, 'no vendor is to be asked')
            end as reason,
            attempts.last_vendor,
            attempts.attempted_at
        from listed
        left join
            queued
            on listed.object = queued.object
            and listed.record_id = queued.record_id
        left join
            matched
            on listed.object = matched.object
            and listed.record_id = matched.record_id
        left join
            attempts
            on listed.object = attempts.object
            and listed.record_id = attempts.record_id
    )

select
    judged.object || ':' || judged.record_id as list_enrichment_id,
    judged.record_id,
    judged.object,
    judged.list_name,
    judged.status,
    judged.reason,
    judged.last_vendor,
    company_values.account_name,
    company_values.website,
    company_values.phone,
    company_values.city,
    company_values.country_code,
    company_values.industry,
    company_values.employee_count,
    company_values.annual_revenue_usd,
    company_values.founded_year,
    company_values.technologies,
    judged.attempted_at
from judged
left join
    company_values
    on judged.record_id = company_values.record_id
    and judged.object = 'Company'
