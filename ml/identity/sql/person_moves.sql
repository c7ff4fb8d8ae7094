-- People whom a later record shows at another company than the CRM: same person, new
-- employer. Both sides must tell their
-- company by themselves (the CRM's account, or an address of the account's own domain),
-- and the two domains must differ:
-- a second record of the same company, or of its parent under one domain, is no move.
create or replace temp table person_moves as
with
    homes as (
        select
            members.root,
            people.place,
            people.object,
            people.created_at,
            person_accounts.root as account_root,
            profiles.domain,
            people.object = 'Contact' and person_accounts.confidence >= 1 as is_stated,
            email_domains.domain is not distinct from profiles.domain as is_own_address
        from person_members as members
        inner join people on members.place = people.place
        inner join person_accounts on members.place = person_accounts.place
        inner join account_profiles as profiles on person_accounts.root = profiles.root
        left join email_domains on split_part(people.email, '@', -1) = email_domains.email_host
        where people.merged_into_record_id is null and profiles.domain is not null and people.created_at is not null
    ),

    several as (select root from homes group by root having count(distinct domain) > 1),

    latest as (
        select distinct on (homes.root) homes.*
        from homes
        inner join several on homes.root = several.root
        where is_stated or is_own_address
        order by homes.root, created_at desc, place
    )

select distinct on (latest.root)
    latest.root,
    cast(null as integer) as next_root,
    latest.place,
    latest.account_root,
    latest.domain,
    homes.account_root as previous_account_root,
    latest.created_at as moved_at
from latest
inner join
    homes
    on latest.root = homes.root
    and latest.domain <> homes.domain
    and latest.account_root <> homes.account_root
    and homes.is_stated
    and homes.created_at < latest.created_at
order by latest.root, homes.created_at desc, homes.place
