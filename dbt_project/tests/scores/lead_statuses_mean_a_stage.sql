-- Every status that leads have in the CRM stands in seed lead_status_map.
{{ config(severity="warn") }}
select distinct leads.lead_status
from {{ ref("stg_salesforce__leads") }} as leads
left join
    {{ ref("lead_status_map") }} as known
    on lower(trim(leads.lead_status)) = lower(known.lead_status)
where leads.lead_status is not null and known.lead_status is null
