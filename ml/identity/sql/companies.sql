-- Company records with their normalised evidence; the lookups hold one row per distinct raw value. A website outranks
-- the e-mail address; the bare address of a host of pages (linkedin.com) counts for its own company alone. `letters` is
-- the name key without its blanks.
create or replace temp table companies as
with
    normalised as (
        select
            company_input.* exclude (website, email),
            nullif(name_keys.name_key, '') as name_key,
            nullif(replace(name_keys.name_key, ' ', ''), '') as letters,
            case
                when
                    page_hosts.domain is null
                    or starts_with(letters, page_hosts.label)
                    or starts_with(letters, page_hosts.letters)
                then website_domains.domain
            end as website_domain,
            email_domains.domain as email_domain
        from company_input
        left join website_domains on company_input.website = website_domains.website
        left join page_hosts on website_domains.domain = page_hosts.domain
        left join email_domains on company_input.email = email_domains.email
        left join
            name_keys
            on company_input.company_name = name_keys.company_name
            and company_input.country is not distinct from name_keys.country
    )

select *, coalesce(website_domain, email_domain) as domain
from normalised
order by place
