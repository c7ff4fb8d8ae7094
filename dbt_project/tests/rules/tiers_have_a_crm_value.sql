-- Every tier has its word in the CRM: an unmapped tier would blank the field.
select tier_definitions.tier
from {{ ref("tier_definitions") }} as tier_definitions
left join
    {{ ref("picklist_map") }} as picklist_map
    on tier_definitions.tier = picklist_map.internal_value
    and picklist_map.target_field = 'Account_Tier__c'
where picklist_map.crm_value is null
