-- Accounts that one piece of evidence puts into one family: a vendor's ultimate
-- company (whether or not it is an account
-- of ours), a domain, or one name under several top-level domains (`acme.com`,
-- `acme.de`). `preference` orders evidence.
create or replace temp table family_groups as
with
    members as materialized (
        select account_members.root, companies.place, companies.domain, companies.name_key, companies.letters
        from account_members
        inner join companies on account_members.place = companies.place
        where companies.merged_into_record_id is null
    ),

    vendors as (
        select
            company_links.root,
            companies.source || ':' || coalesce(
                companies.vendor_ultimate_company_id, companies.vendor_parent_company_id, companies.vendor_company_id
            ) as key
        from companies
        inner join company_links on companies.place = company_links.place
        where companies.vendor_company_id is not null and company_links.confidence >= 1
    ),

    labels as (
        select root, letters, split_part(domain, '.', 1) as label, split_part(name_key, ' ', 1) as word
        from members
        where domain is not null and letters is not null
    ),

    keys as (
        select root, 1 as preference, key from vendors
        union
        select root, 2 as preference, domain as key from members where domain is not null
        union
        select root, 3 as preference, label as key
        from labels
        where length(label) > 3 and starts_with(replace(label, '-', ''), word) and starts_with(letters, replace(label, '-', ''))
    )

select keys.preference, keys.key, account_ids.entity_id as account_id
from keys
inner join account_ids on keys.root = account_ids.root
order by all
