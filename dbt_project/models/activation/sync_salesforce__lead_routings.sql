with
    routings as (
        select *
        from {{ ref("lead_routings") }}
        where
            activation_target = 'crm'
            and coalesce(
                assigned_to_id,
                company_name,
                prospect_share_status,
                partner_prospect_status
            )
            is not null
    ),
    leads as (select * from {{ ref("int_routing_leads") }})
select
    routings.lead_id as salesforce_lead_id,
    routings.decision_id,
    routings.account_id,
    routings.assigned_to_id as owner_id,
    routings.current_owner_id,
    left(routings.company_name, 255) as company_name,
    leads.company_name as current_company_name,
    routings.prospect_share_status,
    routings.partner_prospect_status,
    cast(round(leads.annual_revenue_usd, 0) as decimal(18, 0)) as annual_revenue,
    cast(leads.employee_count as integer) as employee_count,
    routings.flow_version
    || ': '
    || coalesce(routings.node || ': ', '')
    || coalesce(routings.reason, routings.outcome) as routing_reason
from routings
left join leads on routings.lead_id = leads.lead_id
