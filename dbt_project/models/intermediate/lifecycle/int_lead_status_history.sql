{{
    config(
        materialized="incremental",
        incremental_strategy="merge",
        unique_key=["salesforce_lead_id", "valid_from"],
        merge_update_columns=["valid_to", "is_current"],
        full_refresh=false,
        on_schema_change="append_new_columns",
    )
}}
-- When each lead came to its status, as we learnt of it: the CRM does not tell. A
-- status
-- that is the same as before is a new one where ours was accepted in between and
-- somebody
-- has set it back since.
with
    leads as (select * from {{ ref("stg_salesforce__leads") }}),
    sent as (
        select record_key, max(recorded_at) as sent_at
        from {{ ref("stg_ops__sync_records") }}
        where
            sync_name = 'salesforce__leads'
            and field_name = 'Status'
            and status = 'accepted'
        group by record_key
    ),
    statuses as (
        select
            leads.salesforce_lead_id,
            lower(trim(leads.lead_status)) as lead_status,
            leads.last_modified_at as record_modified_at,
            case
                when leads.system_modified_at > sent.sent_at then sent.sent_at
            end as overwritten_at
        from leads
        left join sent on leads.salesforce_lead_id = sent.record_key
    ),
    final as (
        {{
            change_history(
                "statuses",
                key="salesforce_lead_id",
                tracked=["lead_status"],
                carried=["record_modified_at"],
                renewed="current_rows.overwritten_at > latest.valid_from",
                reason="case when latest.salesforce_lead_id is null then 'first seen' else 'changed' end",
            )
        }}
    )
select *
from final
