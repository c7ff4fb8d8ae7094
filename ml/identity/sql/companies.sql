-- Company records with their normalised evidence; the lookups hold one row per distinct raw value. `letters` is the name
-- key without its blanks, `short_name` the key with common words cut short and in alphabetical order. The domain is that
-- of the website, else of the e-mail address, else (CRM accounts) the one most of the account's contacts write from.
-- A domain that others use too (linkedin.com, mail.ru) counts for its own company alone.
create or replace temp table companies as
with
    contact_domains as (
        select
            people.account_record_id as record_id,
            email_domains.domain,
            count(*) as contacts,
            sum(count(*)) over (partition by people.account_record_id) as all_contacts
        from people
        inner join email_domains on split_part(people.email, '@', -1) = email_domains.email_host
        where people.object = 'Contact' and people.account_record_id is not null and email_domains.domain is not null
        group by people.account_record_id, email_domains.domain
    ),

    usual_domains as (
        select record_id, domain
        from contact_domains
        where contacts >= {fewest_contacts} and contacts > all_contacts / 2
    ),

    normalised as (
        select
            company_input.* exclude (website, email_host),
            nullif(name_keys.name_key, '') as name_key,
            nullif(replace(name_keys.name_key, ' ', ''), '') as letters,
            nullif(name_keys.short_name, '') as short_name,
            case
                when
                    shared_hosts.domain is null
                    or starts_with(letters, shared_hosts.label)
                    or starts_with(letters, shared_hosts.letters)
                then website_domains.domain
            end as website_domain,
            email_domains.domain as email_domain,
            case when company_input.object = 'Account' then usual_domains.domain end as contact_domain
        from company_input
        left join website_domains on company_input.website = website_domains.website
        left join shared_hosts on website_domains.domain = shared_hosts.domain
        left join email_domains on company_input.email_host = email_domains.email_host
        left join usual_domains on company_input.record_id = usual_domains.record_id
        left join
            name_keys
            on company_input.company_name = name_keys.company_name
            and company_input.country is not distinct from name_keys.country
    )

select *, coalesce(website_domain, email_domain, contact_domain) as domain
from normalised
