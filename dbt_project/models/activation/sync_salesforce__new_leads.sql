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
    stages as (select * from {{ ref("contact_stages") }} where stage = 'mql'),
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
            cast(scores.overall_score as double) as person_score,
            left(contacts.linkedin_url, 255) as linkedin_url,
            stages.reason as lead_reason
        from contacts
        inner join stages on contacts.contact_id = stages.contact_id
        left join accounts on contacts.account_id = accounts.account_id
        left join scores on contacts.contact_id = scores.contact_id
    )
select *
from final
