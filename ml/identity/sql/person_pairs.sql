-- How likely each pair of candidates is one person, with the evidence.
create or replace temp table person_pairs as
with
    compared as (
        select
            pairs.*,
            coalesce(one.family = other.family, false) as same_family,
            -- A name in another script says nothing for or against.
            one.family is null or other.family is null or one.is_latin_family != other.is_latin_family as lacks_family,
            coalesce(one.given = other.given, false) as same_given,
            nicknames.one is not null as is_short_form,
            one.given is null
            or other.given is null
            or one.is_latin_given != other.is_latin_given
            or nicknames.one is not null
            or starts_with(one.given, other.given)
            or starts_with(other.given, one.given)
            or (one.given = other.family and one.family = other.given) as fits_given,
            coalesce(one.given = other.family and one.family = other.given, false) as is_swapped,
            coalesce(split_part(one.email, '@', -1) = split_part(other.email, '@', -1), false)
            and one.email != other.email as has_rival_email,
            coalesce(one.profile != other.profile, false) as has_rival_profile,
            regexp_full_match(split_part(one.email, '@', 1), '{role_mailboxes}') as is_role_mailbox
        from person_candidates as pairs
        inner join people as one on pairs.left_place = one.place
        inner join people as other on pairs.right_place = other.place
        left join nicknames on one.first_given = nicknames.one and other.first_given = nicknames.other
    )

-- Two profiles are two people, and so are two addresses of one pattern at one
-- company. An address alone is not enough:
-- `anna@` or `info@` may have several owners, so that the family name must agree, and
-- in a shared mailbox the whole name.
select
    left_place,
    right_place,
    is_swapped,
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
            when is_short_form
            then 0.82
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
        case when same_given then 'same given name' when is_short_form then 'short form of the given name' when not fits_given then 'other given name' end
    ) as evidence
from compared
