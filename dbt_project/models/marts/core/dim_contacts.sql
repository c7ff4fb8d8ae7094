with
    contacts as (select * from {{ ref("int_contacts") }}),

    moves as (select * from {{ ref("stg_ml__contact_moves") }}),

    sequenced as (select contact_id from {{ ref("int_sequenced_people") }}),

    engagement as (
        select
            contact_id,
            sum(
                case when activity_type = 'Email Open' then 1 else 0 end
            ) as email_open_count,
            max(
                case when activity_type = 'Email Bounce' then occurred_at end
            ) as last_bounced_at,
            max(
                case
                    when activity_type in ('Email Delivered', 'Email Open')
                    then occurred_at
                end
            ) as last_delivered_at,
            max(
                case when is_engagement then cast(occurred_at as date) end
            ) as last_engaged_date
        from {{ ref("fct_activities") }}
        where contact_id is not null
        group by contact_id
    )

select
    contacts.contact_id,
    contacts.account_id,
    contacts.full_name,
    contacts.email,
    contacts.title,
    contacts.seniority,
    contacts.job_function,
    contacts.salesforce_contact_id,
    contacts.salesforce_lead_id,
    contacts.marketo_lead_id,
    contacts.hubspot_contact_id,
    contacts.pardot_prospect_id,
    contacts.eloqua_contact_id,
    {{ public_id("contact", "contacts.contact_id") }} as public_id,
    contacts.owner_user_id,
    coalesce(
        arrivals.previous_account_id,
        case when moves.next_contact_id is null then moves.previous_account_id end
    ) as previous_account_id,
    contacts.first_name,
    contacts.last_name,
    contacts.department,
    contacts.phone,
    contacts.linkedin_url,
    contacts.city,
    contacts.country_code,
    {{
        crm_link(
            "coalesce(contacts.salesforce_contact_id, contacts.salesforce_lead_id)"
        )
    }} as crm_url,
    contacts.source,
    case
        when contacts.is_opted_out
        then 'unsubscribed'
        when contacts.email is null
        then 'unknown'
        when
            engagement.last_bounced_at
            > coalesce(engagement.last_delivered_at, timestamp '1970-01-01 00:00:00')
        then 'bounced'
        else 'subscribed'
    end as marketing_status,
    contacts.is_opted_out,
    contacts.is_lead_only,
    sequenced.contact_id is not null as is_being_sequenced,
    moves.contact_id is not null as has_moved,
    cast(coalesce(engagement.email_open_count, 0) as integer) as email_open_count,
    contacts.record_count,
    engagement.last_engaged_date,
    contacts.created_at
from contacts
left join engagement on contacts.contact_id = engagement.contact_id
left join sequenced on contacts.contact_id = sequenced.contact_id
left join moves on contacts.contact_id = moves.contact_id
left join moves as arrivals on contacts.contact_id = arrivals.next_contact_id
