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
            coalesce(bool_or(has_mdf_funding), false) as has_mdf_campaign
        from members
        group by salesforce_contact_id
    ),
    final as (
        select
            contacts.salesforce_contact_id,
            contacts.partner_salesforce_account_id as partner_account_id,
            coalesce(nullif(trim(contacts.person_status), ''), 'None') as person_status,
            contacts.prospect_share_status,
            contacts.partner_prospect_status,
            {{ split_values("memberships.campaign_names") }} as campaign_names,
            {{ split_values("memberships.joint_event_statuses") }}
            as joint_event_statuses,
            memberships.has_mdf_campaign,
            coalesce(contacts.is_actively_being_sequenced, false) as is_sequenced
        from contacts
        inner join
            memberships
            on contacts.salesforce_contact_id = memberships.salesforce_contact_id
    )
select *
from final
