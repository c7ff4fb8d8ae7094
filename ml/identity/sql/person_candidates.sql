-- Pairs of person records that share an address, a profile or a name (or its short
-- form) at one account.
-- Within a block of more than {largest_block} records (a shared mailbox,
-- `test@test.com`) only equal names are compared,
-- each with the first.
create or replace temp table person_candidates as
with
    known as (
        select
            people.place,
            people.given,
            people.first_given,
            people.family,
            people.email,
            people.profile,
            person_accounts.root
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

-- Of several who bear one name at one account the first stands for all.
    bearers as (
        select root, family, first_given, min(place) as place
        from known
        where root is not null and first_given is not null and family is not null
        group by root, family, first_given
    ),

    short_forms as (
        select one.place as left_place, other.place as right_place
        from bearers as one
        inner join nicknames on one.first_given = nicknames.one
        inner join
            bearers as other
            on one.root = other.root
            and one.family = other.family
            and nicknames.other = other.first_given
        where one.place < other.place
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
        union all
        select left_place, right_place, 'short_form' as kind, false as has_namesakes
        from short_forms
    ),

    pairs as (
        select
            left_place,
            right_place,
            bool_or(kind = 'email') as same_email,
            bool_or(kind = 'profile') as same_profile,
            bool_or(kind in ('name', 'short_form')) as same_account,
            bool_or(kind = 'name' and has_namesakes) as has_namesakes
        from shared
        group by left_place, right_place
    )

select *
from pairs
