-- Pairs of person records that share an address, a profile or a name at one account, each with the evidence it rests on.
-- Within a block of more than {largest_block} records (a shared mailbox, `test@test.com`) only equal names are compared,
-- each with the first.
create or replace temp table person_accounts as
with
    given as (
        select people.place, account_members.root, 1.0 as confidence
        from people
        inner join
            companies
            on left(people.account_record_id, 15) = left(companies.record_id, 15)
            and companies.source = 'salesforce'
            and companies.object = 'Account'
        inner join account_members on companies.place = account_members.place
    ),

    matched as (
        select people.place, company_links.root, company_links.confidence
        from people
        inner join
            companies
            on people.source = companies.source
            and people.object = companies.object
            and people.record_id = companies.record_id
        inner join company_links on companies.place = company_links.place
        where company_links.confidence >= {lead_link}
    )

select place, any_value(root order by confidence desc, root) as root, max(confidence) as confidence
from (select * from given union all select * from matched)
group by place;

create or replace temp table person_pairs as
with
    known as (
        select people.place, people.given, people.family, people.email, people.profile, person_accounts.root
        from people
        left join person_accounts on people.place = person_accounts.place
    ),

    keys as (
        select place, 'email' as kind, email as key, given, family, email from known where email is not null
        union all
        select place, 'profile' as kind, profile as key, given, family, email from known where profile is not null
        union all
        select place, 'name' as kind, concat_ws(' ', root, given, family) as key, given, family, email
        from known
        where root is not null and given is not null and family is not null
    ),

    -- Names that several people bear at one account, as addresses of one company tell.
    namesakes as (
        select distinct key
        from keys
        where kind = 'name' and email is not null
        group by key, split_part(email, '@', -1)
        having count(distinct email) > 1
    ),

    blocks as (select kind, key, count(*) as size from keys group by kind, key having count(*) > 1),

    sized as (
        select keys.* exclude (email), blocks.size, namesakes.key is not null as has_namesakes
        from keys
        inner join blocks on keys.kind = blocks.kind and keys.key = blocks.key
        left join namesakes on keys.key = namesakes.key
    ),

    twins as (
        select place, kind, has_namesakes, min(place) over (partition by kind, key, given, family) as twin
        from sized
        where size > {largest_block}
    ),

    shared as (
        select first.place as left_place, second.place as right_place, first.kind, first.has_namesakes
        from sized as first
        inner join sized as second using (kind, key)
        where first.place < second.place and first.size <= {largest_block}
        union all
        select twin as left_place, place as right_place, kind, has_namesakes
        from twins
        where twin < place
    ),

    pairs as (
        select
            left_place,
            right_place,
            bool_or(kind = 'email') as same_email,
            bool_or(kind = 'profile') as same_profile,
            bool_or(kind = 'name') as same_account,
            bool_or(kind = 'name' and has_namesakes) as has_namesakes
        from shared
        group by left_place, right_place
    ),

    compared as (
        select
            pairs.*,
            coalesce(one.family = other.family, false) as same_family,
            one.family is null or other.family is null as lacks_family,
            coalesce(one.given = other.given, false) as same_given,
            one.given is null
            or other.given is null
            or starts_with(one.given, other.given)
            or starts_with(other.given, one.given)
            or (one.given = other.family and one.family = other.given) as fits_given,
            coalesce(one.given = other.family and one.family = other.given, false) as is_swapped,
            coalesce(split_part(one.email, '@', -1) = split_part(other.email, '@', -1), false)
            and one.email != other.email as has_rival_email,
            coalesce(one.profile != other.profile, false) as has_rival_profile,
            regexp_full_match(split_part(one.email, '@', 1), '{role_mailboxes}') as is_role_mailbox
        from pairs
        inner join known as one on pairs.left_place = one.place
        inner join known as other on pairs.right_place = other.place
    )

-- Two profiles are two people, and so are two addresses of one pattern at one company. An address alone is not enough:
-- `anna@` or `info@` may have several owners, so that the family name must agree, and in a shared mailbox the whole name.
select
    left_place,
    right_place,
    cast(
        case
            when has_rival_profile or not (same_family or is_swapped or lacks_family)
            then 0.3
            when same_profile
            then 0.97
            when same_email and is_role_mailbox and not same_given
            then 0.3
            when same_email and fits_given
            then case when lacks_family then 0.88 else 0.95 end
            when same_email
            then 0.55
            when has_rival_email
            then 0.3
            when has_namesakes
            then 0.55
            else 0.85
        end as double
    ) as score,
    case when same_profile then 'profile' when same_email then 'email_and_name' else 'name_and_account' end as method,
    concat_ws(
        ', ',
        case when same_email then 'same e-mail' end,
        case when same_profile then 'same profile' end,
        case when same_account then 'same account' end,
        case when same_family then 'same family name' end,
        case when same_given then 'same given name' when not fits_given then 'other given name' end
    ) as evidence
from compared
