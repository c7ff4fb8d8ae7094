{{ config(materialized="view") }}

with activities as (select * from {{ ref("stg_marketo__activities") }})

select
    marketo_activity_id as activity_id,
    'marketo' as source,
    'Activity' as source_object,
    -- Only a change of program status (104) needs a look into its attributes: whether
    -- the person attended.
    case
        when marketo_activity_type_id = '104'
        then '104:' || {{ json_named_value("attributes", "New Status") }}
        else marketo_activity_type_id
    end as source_type,
    marketo_activity_type_id as fallback_type,
    marketo_lead_id as person_record_id,
    cast(null as text) as account_record_id,
    cast(null as text) as owner_user_id,
    primary_attribute_value as subject,
    attributes as details,
    occurred_at
from activities
