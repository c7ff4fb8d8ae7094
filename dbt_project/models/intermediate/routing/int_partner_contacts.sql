with
    contacts as (
        select *
        from {{ ref("stg_salesforce__contacts") }}
        where not coalesce(is_deleted, false)
    ),
    campaigns as (
        select *
        from {{ ref("stg_salesforce__campaigns") }}
        where not coalesce(is_deleted, false)
    ),
    members as (
        select
            members.salesforce_contact_id,
            campaigns.campaign_name,
            campaigns.has_mdf_funding,
            members.created_at as joined_at,
            coalesce(
                campaigns.has_mdf_funding or campaigns.has_channel_partner, false
            ) as is_of_partner,
            case
                when campaigns.has_channel_partner then members.member_status
            end as joint_event_status
        from {{ ref("stg_salesforce__campaign_members") }} as members
        inner join campaigns on members.campaign_id = campaigns.campaign_id
        where
            not coalesce(members.is_deleted, false)
            and members.salesforce_contact_id is not null
    ),
    memberships as (
        select
            salesforce_contact_id,
            {{
                dbt.listagg(
                    "replace(campaign_name, '|', ' ')",
                    "'|'",
                    "order by campaign_name",
                )
            }} as campaign_names,
            {{
                dbt.listagg(
                    "joint_event_status", "'|'", "order by joint_event_status"
                )
            }} as joint_event_statuses,
            coalesce(bool_or(has_mdf_funding), false) as has_mdf_campaign,
            coalesce(
                max(case when is_of_partner then joined_at end), min(joined_at)
            ) as partner_since_at
        from members
        group by salesforce_contact_id
    ),
    people as (
        select record_id, contact_id, account_id
        from {{ ref("stg_ml__person_records") }}
        where source = 'salesforce' and object = 'Contact'
    ),
    inbound as (
        select contact_id, max(occurred_at) as last_inbound_at
        from {{ ref("fct_activities") }}
        where activity_type = 'Form Submission' and contact_id is not null
        group by contact_id
    ),
    final as (
        select
            contacts.salesforce_contact_id,
            people.account_id,
            contacts.owner_user_id,
            contacts.partner_salesforce_account_id as partner_account_id,
            coalesce(nullif(trim(contacts.person_status), ''), 'None') as person_status,
            contacts.prospect_share_status,
            contacts.partner_prospect_status,
            {{ split_values("memberships.campaign_names") }} as campaign_names,
            {{ split_values("memberships.joint_event_statuses") }}
            as joint_event_statuses,
            coalesce(memberships.has_mdf_campaign, false) as has_mdf_campaign,
            coalesce(contacts.is_actively_being_sequenced, false) as is_sequenced,
            memberships.partner_since_at,
            inbound.last_inbound_at
        from contacts
        left join
            memberships
            on contacts.salesforce_contact_id = memberships.salesforce_contact_id
        left join people on contacts.salesforce_contact_id = people.record_id
        left join inbound on people.contact_id = inbound.contact_id
        where
            memberships.salesforce_contact_id is not null
            or nullif(trim(contacts.prospect_share_status), '') is not null
    )
select *
from final
