{{ config(materialized="view") }}

with
    members as (
        {{
            live_records(
                ref("stg_salesforce__campaign_members"),
                "CampaignMember",
                "campaign_member_id",
            )
        }}
    ),

    campaigns as (select * from {{ ref("stg_salesforce__campaigns") }}),

    opportunities as (select * from {{ ref("int_opportunities") }})

select
    members.campaign_member_id as activity_id,
    'salesforce' as source,
    'CampaignMember' as source_object,
    'Responded' as source_type,
    'Responded' as fallback_type,
    coalesce(
        members.salesforce_contact_id, members.salesforce_lead_id
    ) as person_record_id,
    cast(null as text) as account_record_id,
    cast(null as text) as owner_user_id,
    campaigns.campaign_name as subject,
    {{
        json_object(
            {"campaign_id": "members.campaign_id", "status": "members.member_status"}
        )
    }} as details,
    coalesce(
        cast(members.first_responded_date as timestamp), members.created_at
    ) as occurred_at
from members
left join campaigns on members.campaign_id = campaigns.campaign_id
where members.has_responded
union all
select
    opportunity_id as activity_id,
    source,
    'Opportunity' as source_object,
    'Created' as source_type,
    'Created' as fallback_type,
    cast(null as text) as person_record_id,
    account_record_id,
    owner_user_id,
    opportunity_name as subject,
    {{ json_object({"stage": "stage", "amount_usd": "amount_usd"}) }} as details,
    created_at as occurred_at
from opportunities
