-- Company records with their normalised evidence; the lookups hold one row per
-- distinct raw value. `letters` is the name
-- key without its blanks, `short_name` the key with common words cut short and in
-- alphabetical order, `full_name` the words with the legal form, `legal_form` that
-- form in one spelling. The domain is that
-- of the website, else of the e-mail address, else (CRM accounts) the one most of the
-- account's contacts write from.
-- A domain that others use too (linkedin.com, mail.ru) counts for its own company
-- alone. `vendor_id` is the company that
-- a vendor's own matching answered for a CRM account.
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

    vendor_answers as (
        select linked_record_id as record_id, min(source || ':' || vendor_company_id) as vendor_id
        from company_input
        where vendor_company_id is not null and linked_record_id is not null
        group by linked_record_id
    ),

    keys as (
        select
            name_keys.*,
            replace(name_keys.name_key, ' ', '') as letters,
            placeholders.letters is not null as is_placeholder
        from name_keys
        left join placeholders on replace(name_keys.name_key, ' ', '') = placeholders.letters
        where name_keys.name_key != ''
    ),

    placed as (
        select
            company_input.* exclude (website, email_host),
            website_domains.domain as website_domain,
            email_domains.domain as email_domain,
            case when company_input.is_account then usual_domains.domain end as contact_domain,
            case when company_input.is_account then vendor_answers.vendor_id end as vendor_id,
            phone_keys.phone_key,
            street_keys.street_key,
            postal_keys.postal_key
        from company_input
        left join website_domains on company_input.website = website_domains.website
        left join email_domains on company_input.email_host = email_domains.email_host
        left join usual_domains on company_input.record_id = usual_domains.record_id
        left join vendor_answers on company_input.record_id = vendor_answers.record_id
        left join
            phone_keys
            on company_input.phone = phone_keys.phone
            and company_input.country is not distinct from phone_keys.country
        left join street_keys on company_input.street = street_keys.street
        left join postal_keys on company_input.postal_code = postal_keys.postal_code
    ),

    joined as (
        select placed.*, keys.name_key, keys.letters, keys.short_name, keys.full_name, keys.legal_form, keys.is_placeholder
        from placed
        left join
            keys
            on placed.company_name = keys.company_name
            and placed.country is not distinct from keys.country
    ),

-- A placeholder is no name; but an account with a domain may well be called so. (Not a condition of the join: with an
-- `or` over both sides DuckDB compares every record with every name.)
    judged as (
        select
            *,
            not is_placeholder
            or (is_account and coalesce(website_domain, email_domain, contact_domain) is not null) as is_named
        from joined
    ),

    named as (
        select
            * exclude (name_key, letters, short_name, full_name, legal_form, is_placeholder, is_named),
            case when is_named then name_key end as name_key,
            case when is_named then letters end as letters,
            case when is_named then short_name end as short_name,
            case when is_named then full_name end as full_name,
            case when is_named then legal_form end as legal_form
        from judged
    ),

    guarded as (
        select
            named.* exclude (website_domain),
            case
                when
                    shared_hosts.domain is null
                    or starts_with(named.letters, shared_hosts.label)
                    or starts_with(named.letters, shared_hosts.letters)
                then named.website_domain
            end as website_domain
        from named
        left join shared_hosts on named.website_domain = shared_hosts.domain
    )

select *, coalesce(website_domain, email_domain, contact_domain) as domain
from guarded
