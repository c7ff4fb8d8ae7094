select
    lead_id as salesforce_lead_id,
    decision_id,
    account_id,
    assigned_to_id as owner_id,
    current_owner_id,
    left(company_name, 255) as company_name,
    prospect_share_status,
    partner_prospect_status,
    flow_version
    || ': '
    || coalesce(node || ': ', '')
    || coalesce(reason, outcome) as routing_reason
from {{ ref("lead_routings") }}
where
    activation_target = 'crm'
    and coalesce(
        assigned_to_id, company_name, prospect_share_status, partner_prospect_status
    )
    is not null
