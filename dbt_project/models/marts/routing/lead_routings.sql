-- What the CRM should hold of each lead by the flow's last word on it. What a person
-- has given to somebody else since is left alone.
with
    leads as (select * from {{ ref("int_routing_leads") }}),
    decisions as (select * from {{ ref("fct_routing_decisions") }}),
    latest as (
        select lead_id, max(decided_at) as decided_at from decisions group by lead_id
    ),
    placed as (
        select
            decisions.*,
            leads.owner_user_id as current_owner_id,
            leads.owner_kind,
            leads.account_owner_user_id,
            leads.last_inbound_at,
            leads.prospect_share_status as held_share_status,
            decisions.is_person_kept
            or coalesce(
                decisions.outcome in ('owner', 'queue')
                and leads.owner_kind = 'user'
                and leads.owner_user_id
                <> coalesce(decisions.owner_id, decisions.queue_id)
                and (
                    leads.owner_user_id is distinct from decisions.previous_owner_id
                    -- Back to who had it before, after the CRM had taken our word.
                    or (
                        leads.handed_over_to_id
                        = coalesce(decisions.owner_id, decisions.queue_id)
                        and leads.handed_over_at > decisions.decided_at
                    )
                ),
                false
            ) as is_kept,
            {{ set_value("decisions.field_values", "company_name") }} as company_name,
            {{ set_value("decisions.field_values", "prospect_share_status") }}
            as prospect_share_status,
            {{ set_value("decisions.field_values", "partner_prospect_status") }}
            as partner_prospect_status
        from decisions
        inner join
            latest
            on decisions.lead_id = latest.lead_id
            and decisions.decided_at = latest.decided_at
        inner join leads on decisions.lead_id = leads.lead_id
    ),
    judged as (
        select
            *,
            coalesce(prospect_share_status, held_share_status) is not null
            or section = 'partner' as is_with_partner
        from placed
    ),
    final as (
        select
            lead_id,
            decision_id,
            account_id,
            case
                when not is_kept then coalesce(owner_id, queue_id)
            end as assigned_to_id,
            owner_id,
            queue_id,
            current_owner_id,
            previous_owner_id,
            notified_user_id,
            -- A partner's lead that asks us something is its owner's to answer.
            case
                when is_with_partner and last_inbound_at > decided_at
                then
                    case
                        when owner_kind = 'user'
                        then current_owner_id
                        else account_owner_user_id
                    end
            end as followup_user_id,
            outcome,
            queue,
            company_name,
            prospect_share_status,
            partner_prospect_status,
            section,
            node,
            reason,
            path,
            flow_version,
            activation_target,
            is_kept as is_person_kept,
            is_with_partner,
            is_held,
            is_warning,
            last_inbound_at,
            decided_at
        from judged
    )
select *
from final
