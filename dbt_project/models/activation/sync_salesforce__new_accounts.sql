with
    unmatched as (
        select lead_id, domain
        from {{ ref("stg_ml__unmatched_leads") }}
        where source = 'salesforce'
    ),
    leads as (
        {{ live_records(ref("stg_salesforce__leads"), "Lead", "salesforce_lead_id") }}
    ),
    ranked as (
        select
            unmatched.domain,
            leads.company_name,
            count(*) over (partition by unmatched.domain) as lead_count,
            row_number() over (
                partition by unmatched.domain
                order by leads.created_at, leads.salesforce_lead_id
            ) as lead_rank
        from leads
        inner join unmatched on leads.salesforce_lead_id = unmatched.lead_id
        where not coalesce(leads.is_converted, false)
    ),
    -- One account per domain, named as its first lead wrote it.
    companies as (select * from ranked where lead_rank = 1),
    final as (
        select
            'domain:' || domain as account_key,
            left(trim(company_name), 255) as account_name,
            left(domain, 255) as website,
            lead_count,
            'no account is known for '
            || lead_count
            || case when lead_count = 1 then ' lead' else ' leads' end
            || ' of '
            || domain as account_reason
        from companies
    )
select *
from final
