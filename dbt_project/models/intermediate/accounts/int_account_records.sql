with
    company_records as (select * from {{ ref("int_company_records") }}),

    assignments as (select * from {{ ref("stg_ml__account_records") }}),

    overrides as (
        select
            'salesforce' as source,
            salesforce_account_id as record_id,
            has_prevent_override
        from {{ ref("stg_salesforce__accounts") }}
        where has_prevent_override
        union all
        select
            'hubspot' as source, hubspot_company_id as record_id, has_prevent_override
        from {{ ref("stg_hubspot__companies") }}
        where has_prevent_override
        union all
        select source, crm_account_id as record_id, has_prevent_override
        from {{ ref("stg_crms__accounts") }}
        where has_prevent_override
    ),

    assigned as (
        select
            company_records.source,
            company_records.object,
            company_records.record_id,
            assignments.account_id,
            assignments.method,
            assignments.confidence,
            company_records.merged_into_record_id,
            company_records.is_branch,
            company_records.is_customer,
            company_records.created_at,
            {{ is_crm_account("company_records") }}
            and company_records.merged_into_record_id is null as is_crm_account,
            case when company_records.website is not null then 1 else 0 end
            + case when company_records.country_code is not null then 1 else 0 end
            + case when company_records.city is not null then 1 else 0 end
            + case
                when company_records.phone is not null then 1 else 0
            end as filled_count
        from company_records
        inner join
            assignments
            on company_records.source = assignments.source
            and company_records.object = assignments.object
            and company_records.record_id = assignments.record_id
        where assignments.account_id is not null
    ),

    -- The main record speaks for the account: the customer's, else the best filled,
    -- else the oldest. Nothing that
    -- our own writes change (such as the time of the last change) takes part, or
    -- every sync would move it.
    ranked as (
        select
            *,
            row_number() over (
                partition by account_id
                order by
                    case when is_crm_account then 0 else 1 end,
                    case when is_customer then 0 else 1 end,
                    filled_count desc,
                    created_at,
                    source,
                    record_id
            ) as record_rank
        from assigned
    )

select
    ranked.source,
    ranked.object,
    ranked.record_id,
    ranked.account_id,
    ranked.method,
    ranked.confidence,
    ranked.merged_into_record_id,
    ranked.is_crm_account,
    ranked.is_crm_account and ranked.record_rank = 1 as is_main_record,
    ranked.is_branch,
    ranked.is_customer,
    ranked.is_crm_account and overrides.record_id is not null as has_prevent_override,
    ranked.record_rank,
    ranked.created_at
from ranked
left join
    overrides
    on ranked.source = overrides.source
    and ranked.record_id = overrides.record_id
