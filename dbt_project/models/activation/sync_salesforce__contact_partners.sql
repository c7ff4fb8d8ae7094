select
    salesforce_contact_id,
    prospect_share_status,
    partner_prospect_status,
    rule_id || ': ' || evidence as partner_reason
from {{ ref("partner_contacts") }}
