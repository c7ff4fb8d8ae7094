{{ config(materialized="view") }}

with leads as (select * from {{ ref("stg_changes__inbound_leads") }})

select
    event_id as activity_id,
    'changes' as source,
    'InboundLead' as source_object,
    endpoint as source_type,
    '*' as fallback_type,
    {{ inbound_lead_id("leads") }} as person_record_id,
    cast(null as text) as account_record_id,
    cast(null as text) as owner_user_id,
    coalesce(lead_source, endpoint) as subject,
    {{ json_object({"message": "message"}) }} as details,
    coalesce(occurred_at, received_at) as occurred_at
from leads
