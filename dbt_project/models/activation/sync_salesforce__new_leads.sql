with
    contacts as (
        select *
        from {{ ref("dim_contacts") }}
        where
            salesforce_contact_id is null
            and salesforce_lead_id is null
            and email is not null
            and not coalesce(is_opted_out, false)
    ),
    stages as (select * from {{ ref("contact_stages") }}),
    -- Who asked us is made known to the CRM whatever the score.
    inbound as (
        select
            links.contact_id,
            'Sent by '
            || {{ last_value_by("leads.endpoint", "leads.received_at") }} as reason
        from {{ ref("stg_changes__inbound_leads") }} as leads
        inner join
            {{ ref("int_person_records__linked") }} as links
            on links.source = 'changes'
            and links.object = 'Lead'
            and {{ inbound_lead_id("leads") }} = links.record_id
        group by links.contact_id
    ),
    statuses as (
        select
            stage,
            {{
                first_value_by(
                    "lead_status",
                    "case when is_sent then '0' else '1' end || lead_status",
                )
            }} as lead_status
        from {{ ref("lead_status_map") }}
        where stage <> 'unqualified' and not is_given_back
        group by stage
    ),
    accounts as (select * from {{ ref("dim_accounts") }}),
    scores as (select * from {{ ref("contact_scores") }}),
    final as (
        select
            contacts.contact_id as lead_key,
            contacts.account_id,
            contacts.email,
            left(contacts.first_name, 40) as first_name,
            left(coalesce(contacts.last_name, '[not provided]'), 80) as last_name,
            left(coalesce(accounts.account_name, '[not provided]'), 255) as company,
            left(contacts.title, 128) as title,
            statuses.lead_status,
            cast(scores.overall_score as double) as person_score,
            left(contacts.linkedin_url, 255) as linkedin_url,
            case
                when stages.stage = 'mql' then stages.reason else inbound.reason
            end as lead_reason
        from contacts
        left join stages on contacts.contact_id = stages.contact_id
        left join inbound on contacts.contact_id = inbound.contact_id
        left join statuses on stages.stage = statuses.stage
        left join accounts on contacts.account_id = accounts.account_id
        left join scores on contacts.contact_id = scores.contact_id
        where stages.stage = 'mql' or inbound.contact_id is not null
    )
select *
from final
