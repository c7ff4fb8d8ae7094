-- Each thing is told once: what happened is part of the alert's id.
with
    rules as (select * from {{ ref("lead_alert_rules") }} where is_enabled),
    decisions as (
        select
            *,
            lag(notified_user_id) over (
                partition by lead_id order by decided_at
            ) as notified_before,
            min(decided_at) {{ over_all() }} as first_decided_at
        from {{ ref("fct_routing_decisions") }}
    ),
    routings as (select * from {{ ref("lead_routings") }}),
    users as (select * from {{ ref("dim_users") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    leads as (select * from {{ ref("stg_salesforce__leads") }}),
    people as (
        select
            salesforce_lead_id as record_id,
            trim(coalesce(first_name || ' ', '') || coalesce(last_name, '')) as name
        from leads
        union all
        select salesforce_contact_id, full_name
        from {{ ref("stg_salesforce__contacts") }}
    ),
    happened as (
        -- Not for the backlog that the first run finds.
        select
            'mql_at_owned_account' as lead_alert,
            'Lead' as object,
            decisions.lead_id as record_id,
            decisions.account_id,
            decisions.notified_user_id as recipient_user_id,
            {{ handed_to("decisions", "leads") }} as assignee_user_id,
            decisions.reason,
            decisions.decision_id as occurrence,
            decisions.decided_at as happened_at
        from decisions
        inner join leads on decisions.lead_id = leads.salesforce_lead_id
        where
            decisions.notified_user_id is not null
            and decisions.notified_before is null
            and decisions.decided_at > decisions.first_decided_at
        union all
        select
            'partner_lead_engaged',
            'Lead',
            lead_id,
            account_id,
            followup_user_id,
            followup_user_id,
            reason,
            cast(last_inbound_at as {{ dbt.type_string() }}),
            last_inbound_at
        from routings
        where followup_user_id is not null
        union all
        select
            'partner_contact_engaged',
            'Contact',
            salesforce_contact_id,
            account_id,
            followup_user_id,
            followup_user_id,
            reason,
            cast(last_inbound_at as {{ dbt.type_string() }}),
            last_inbound_at
        from {{ ref("partner_follow_ups") }}
        union all
        select
            'sla_breached',
            'Lead',
            lead_id,
            account_id,
            owner_id,
            owner_id,
            sla_reason,
            decision_id,
            decided_at
        from {{ ref("lead_slas") }}
        where sla_status = 'breached'
    ),
    final as (
        select
            happened.lead_alert
            || ':'
            || happened.record_id
            || ':'
            || happened.occurrence as alert_id,
            happened.object,
            happened.record_id,
            happened.account_id,
            happened.lead_alert,
            rules.event_type,
            rules.channels,
            {{
                alert_words(
                    "rules.template",
                    {
                        "lead_name": "coalesce(nullif(people.name, ''), happened.record_id)",
                        "account_name": "accounts.account_name",
                        "assignee": "assignees.user_name",
                        "recipient": "recipients.user_name",
                        "reason": "happened.reason",
                    },
                )
            }}
            as alert_text,
            {{ crm_link("happened.record_id") }} as crm_url,
            recipients.email as recipient_email,
            happened.happened_at
        from happened
        inner join rules on happened.lead_alert = rules.lead_alert
        left join people on happened.record_id = people.record_id
        left join accounts on happened.account_id = accounts.account_id
        left join users as recipients on happened.recipient_user_id = recipients.user_id
        left join users as assignees on happened.assignee_user_id = assignees.user_id
    )
select *
from final
