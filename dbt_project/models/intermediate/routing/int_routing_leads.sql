-- What the routing flow may look at, as of the run: the lead, its campaigns, its
-- account (the CRM's or our answer, by configuration) and its owner.
with
    leads as (
        {{ live_records(ref("stg_salesforce__leads"), "Lead", "salesforce_lead_id") }}
    ),
    users as (select * from {{ ref("int_routing_users") }}),
    lead_accounts as (select * from {{ ref("stg_ml__lead_accounts") }}),
    accounts as (select * from {{ ref("int_accounts") }}),
    -- Accounts are worked by who works the account above them on the level of
    -- assignment.
    assignments as (
        select * from {{ ref("account_hierarchies") }} where is_assignment_level
    ),
    tiers as (select * from {{ ref("account_tiers") }}),
    placeholders as (select * from {{ ref("company_placeholders") }}),
    lead_stages as (select * from {{ ref("lead_status_map") }}),
    facts_of_campaigns as ({{ lead_campaigns() }}),
    facts_of_crm_accounts as ({{ routing_accounts() }}),
    stages_of_people as ({{ lead_person_stages() }}),
    touches as ({{ lead_touches() }}),
    hand_overs as ({{ lead_hand_overs() }}),
    inbound as (
        select lead_id, max(occurred_at) as last_inbound_at
        from {{ ref("fct_activities") }}
        where activity_type = 'Form Submission' and lead_id is not null
        group by lead_id
    ),
    joined as (
        select
            leads.*,
            lead_accounts.account_id,
            accounts.country_code as account_country_code,
            accounts.state as account_state,
            accounts.domain as account_domain,
            accounts.industry as account_industry,
            accounts.employee_count as account_employee_count,
            accounts.annual_revenue_usd as account_revenue_usd,
            accounts.is_customer,
            coalesce(
                assignments.level_owner_user_id, accounts.owner_user_id
            ) as account_owner_user_id,
            tiers.tier,
            facts_of_crm_accounts.bdr_user_id,
            facts_of_crm_accounts.sdr_user_id,
            facts_of_crm_accounts.bdr_prospecting_status,
            facts_of_crm_accounts.is_us_public_sector
            or own_facts.is_us_public_sector as is_us_public_sector,
            facts_of_campaigns.campaign_names,
            facts_of_campaigns.has_mdf_campaign,
            facts_of_campaigns.joint_event_statuses,
            inbound.last_inbound_at,
            touches.last_touched_at,
            hand_overs.handed_over_to_id,
            hand_overs.handed_over_at,
            coalesce(lead_stages.stage, 'unqualified') as status_stage,
            stages_of_people.is_mql as is_person_mql,
            placeholders.placeholder
        from leads
        left join lead_accounts on leads.salesforce_lead_id = lead_accounts.lead_id
        left join accounts on lead_accounts.account_id = accounts.account_id
        left join assignments on accounts.account_id = assignments.account_id
        left join tiers on accounts.account_id = tiers.account_id
        left join
            facts_of_crm_accounts
            on coalesce(assignments.level_account_id, accounts.account_id)
            = facts_of_crm_accounts.account_id
        left join
            facts_of_crm_accounts as own_facts
            on accounts.account_id = own_facts.account_id
        left join
            facts_of_campaigns
            on leads.salesforce_lead_id = facts_of_campaigns.salesforce_lead_id
        left join
            stages_of_people
            on leads.salesforce_lead_id = stages_of_people.salesforce_lead_id
        left join inbound on leads.salesforce_lead_id = inbound.lead_id
        left join touches on leads.salesforce_lead_id = touches.salesforce_lead_id
        -- A lead that was last read before the CRM took the owner says nothing of it.
        left join
            hand_overs
            on leads.salesforce_lead_id = hand_overs.salesforce_lead_id
            and leads.system_modified_at
            >= hand_overs.handed_over_at - interval '1 minute'
        left join
            lead_stages
            on lower(trim(leads.lead_status)) = lower(lead_stages.lead_status)
        left join
            placeholders
            on lower(trim(leads.company_name)) = lower(placeholders.placeholder)
        where not coalesce(leads.is_converted, false)
    ),
    final as ({{ routing_lead_attributes("joined", "users") }})
select *, md5({{ routing_change_key() }}) as change_key
from final
