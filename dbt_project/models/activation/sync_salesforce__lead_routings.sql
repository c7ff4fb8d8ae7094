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
    leads as (
        select salesforce_lead_id, company_name from {{ ref("stg_salesforce__leads") }}
    )
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
    routings.flow_version
    || ': '
    || coalesce(routings.node || ': ', '')
    || coalesce(routings.reason, routings.outcome) as routing_reason
from routings
left join leads on routings.lead_id = leads.salesforce_lead_id
