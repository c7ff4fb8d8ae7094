{#- What campaigns say of a lead: one row per lead that is a member of any. -#}
{% macro lead_campaigns() %}
    {%- set joint = "case when campaigns.has_channel_partner then members.member_status end" %}
    select
        members.salesforce_lead_id,
        {{
            dbt.listagg(
                "distinct campaigns.campaign_name",
                "'|'",
                "order by campaigns.campaign_name",
            )
        }} as campaign_names,
        bool_or(coalesce(campaigns.has_mdf_funding, false)) as has_mdf_campaign,
        {{ dbt.listagg("distinct " ~ joint, "'|'", "order by " ~ joint) }}
        as joint_event_statuses
    from {{ ref("stg_salesforce__campaign_members") }} as members
    inner join
        {{ ref("stg_salesforce__campaigns") }} as campaigns
        on members.campaign_id = campaigns.campaign_id
    where
        members.salesforce_lead_id is not null
        and not coalesce(members.is_deleted, false)
        and not coalesce(campaigns.is_deleted, false)
    group by members.salesforce_lead_id
{% endmacro %}

{#-
Who works an account, from its CRM records: the one that a BDR actively works, else the one that stands for the
account, else the first. Any record that says US public sector makes the account one.
-#}
{% macro routing_accounts() %}
    select
        account_id,
        is_us_public_sector,
        bdr_assigned_user_id as bdr_user_id,
        sdr_assigned_user_id as sdr_user_id,
        bdr_prospecting_status
    from
        (
            select
                records.account_id,
                crm.bdr_assigned_user_id,
                crm.sdr_assigned_user_id,
                crm.bdr_prospecting_status,
                bool_or(coalesce(crm.is_us_pubsec, false)) over (
                    partition by records.account_id
                ) as is_us_public_sector,
                row_number() over (
                    partition by records.account_id
                    order by
                        case
                            when
                                crm.bdr_assigned_user_id is not null
                                and lower(trim(crm.bdr_prospecting_status))
                                = 'actively working'
                            then 0
                            else 1
                        end,
                        case
                            when crm.salesforce_account_id = known.salesforce_account_id
                            then 0
                            else 1
                        end,
                        crm.salesforce_account_id
                ) as place
            from {{ ref("stg_ml__account_records") }} as records
            inner join
                {{ ref("stg_salesforce__accounts") }} as crm
                on records.record_id = crm.salesforce_account_id
            left join
                {{ ref("int_accounts") }} as known
                on records.account_id = known.account_id
            where
                records.source = 'salesforce'
                and records.object = 'Account'
                and records.account_id is not null
                and not coalesce(crm.is_deleted, false)
        ) as placed
    where place = 1
{% endmacro %}

{#- When somebody last wrote to, called or met a lead. -#}
{% macro lead_touches() %}
    select who_id as salesforce_lead_id, max(created_at) as last_touched_at
    from
        (
            select who_id, created_at, is_deleted
            from {{ ref("stg_salesforce__tasks") }}
            union all
            select who_id, created_at, is_deleted
            from {{ ref("stg_salesforce__events") }}
        ) as touches
    where who_id is not null and not coalesce(is_deleted, false)
    group by who_id
{% endmacro %}

{#- The owner that the CRM last took from us for each lead. -#}
{% macro lead_hand_overs() %}
    select
        record_key as salesforce_lead_id,
        max_by(value_after, recorded_at) as handed_over_to_id,
        max(recorded_at) as handed_over_at
    from {{ ref("stg_ops__sync_records") }}
    where
        sync_name = 'salesforce__lead_routings'
        and field_name = 'OwnerId'
        and status = 'accepted'
    group by record_key
{% endmacro %}

{#- Whether a rule of ours or a person has made the lead's person an MQL: the CRM's own word is the lead's status. -#}
{% macro lead_person_stages() %}
    select
        records.record_id as salesforce_lead_id,
        max_by(stages.stage, stages.changed_at) = 'mql'
        and max_by(stages.cause, stages.changed_at) <> 'crm' as is_mql
    from {{ ref("stg_ml__person_records") }} as records
    inner join
        {{ ref("int_stage_log") }} as stages
        on stages.entity = 'contacts'
        and records.contact_id = stages.entity_id
    where records.source = 'salesforce' and records.object = 'Lead'
    group by records.record_id
{% endmacro %}

{#-
The attributes of routing_attributes() that are known without the log of decisions. What the lead leaves blank comes
from its account as enriched (country, state, employees, revenue).
-#}
{% macro routing_lead_attributes(joined, users) %}
    select
        joined.salesforce_lead_id as lead_id,
        joined.account_id,
        joined.owner_user_id,
        joined.lead_status,
        joined.lead_source,
        case
            when joined.is_person_mql and joined.status_stage = 'engaged'
            then 'mql'
            else joined.status_stage
        end as stage,
        joined.status_stage = 'mql'
        or coalesce(
            joined.is_person_mql and joined.status_stage = 'engaged', false
        ) as is_mql,
        joined.person_score,
        cast(joined.created_at as date) as created_date,
        nullif(trim(joined.company_name), '') is not null
        and joined.placeholder is null as has_company,
        joined.company_name,
        coalesce(joined.country_code, joined.account_country_code) as country_code,
        coalesce(joined.state, joined.account_state) as state,
        joined.title,
        case
            when owners.user_id is null
            then 'queue'
            when {{ list_holds("owners.user_groups", "'integration'") }}
            then 'integration'
            when owners.is_active
            then 'user'
            else 'inactive'
        end as owner_kind,
        coalesce(owners.user_groups, {{ empty_list() }}) as owner_groups,
        case
            when
                owners.is_active
                and {{ list_holds("owners.user_groups", "'sales_development'") }}
            then owners.user_id
        end as sales_development_owner_user_id,
        coalesce(
            {{ list_holds("creators.user_groups", "'integration'") }}, false
        ) as is_created_by_integration,
        coalesce(joined.is_do_not_route, false) as is_do_not_route,
        coalesce(joined.is_actively_being_sequenced, false) as is_sequenced,
        joined.last_interesting_moment,
        joined.last_interesting_moment_source,
        cast(joined.last_interesting_moment_at as date) as last_interesting_moment_date,
        joined.partner_salesforce_account_id as partner_account_id,
        joined.prospect_share_status,
        joined.partner_prospect_status,
        coalesce(
            {{ split_values("joined.campaign_names") }}, {{ empty_list() }}
        ) as campaign_names,
        coalesce(joined.has_mdf_campaign, false) as has_mdf_campaign,
        coalesce(
            {{ split_values("joined.joint_event_statuses") }}, {{ empty_list() }}
        ) as joint_event_statuses,
        joined.account_id is not null as is_matched,
        joined.bdr_user_id,
        coalesce(developers.user_groups, {{ empty_list() }}) as bdr_groups,
        joined.bdr_prospecting_status,
        joined.sdr_user_id,
        joined.account_owner_user_id,
        coalesce(executives.user_groups, {{ empty_list() }}) as account_owner_groups,
        coalesce(joined.is_us_public_sector, false) as is_us_public_sector,
        coalesce(joined.is_customer, false) as is_customer,
        joined.tier,
        joined.account_domain,
        joined.account_industry,
        coalesce(
            joined.employee_count, joined.account_employee_count
        ) as employee_count,
        coalesce(
            joined.annual_revenue_usd, joined.account_revenue_usd
        ) as annual_revenue_usd,
        joined.last_inbound_at,
        joined.last_touched_at,
        joined.handed_over_to_id,
        joined.handed_over_at,
        joined.created_at,
        {{ as_of_timestamp() }} as routed_at
    from {{ joined }} as joined
    left join {{ users }} as owners on joined.owner_user_id = owners.user_id
    left join {{ users }} as creators on joined.created_by_user_id = creators.user_id
    left join {{ users }} as developers on joined.bdr_user_id = developers.user_id
    left join
        {{ users }} as executives on joined.account_owner_user_id = executives.user_id
{% endmacro %}

{#- One text of everything whose change makes the flow look at a lead again. -#}
{% macro routing_change_key() %}
    {%- for column in routing_triggers() %}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), '') || chr(31) ||
    {%- endfor %}
    {{ join_values("campaign_names", "|") }}
    || chr(31)
    || {{ join_values("joint_event_statuses", "|") }}
{%- endmacro %}

{#- The owner that a decision leads to: the one it names where routing writes owners, else the one that the CRM has. -#}
{% macro handed_to(decisions, leads) -%}
    case
        when
            exists (
                select 1
                from {{ ref("integration_switches") }}
                where
                    system = 'salesforce'
                    and feature = 'salesforce__lead_routings'
                    and not is_on
            )
        then {{ leads }}.owner_user_id
        else coalesce({{ decisions }}.owner_id, {{ leads }}.owner_user_id)
    end
{%- endmacro %}
