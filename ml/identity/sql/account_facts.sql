-- One row per candidate pair with what both records say, under the names that the
-- model's levels use (`_l`, `_r`).
-- `relation_l` is how the names relate; `shared_contacts_l` counts people known at
-- both; `name_domains_l` counts the domains
-- under which the name occurs in any source: the measure of how much an equal name
-- tells, `name_towns_l` the towns in which accounts bear it.
create or replace temp table account_facts as
with
    contacts as (
        select distinct companies.place, people.email, people.profile
        from companies
        inner join people on companies.record_id = people.account_record_id and companies.source = people.source
        where companies.is_account and people.object = 'Contact'
    ),

    shared as (
        select left_place, right_place, count(*) as contacts
        from account_candidates
        inner join contacts as one on account_candidates.left_place = one.place
        inner join
            contacts as other
            on account_candidates.right_place = other.place
            and (one.email = other.email or one.profile = other.profile)
        group by left_place, right_place
    ),

    names as (
        select letters, count(distinct domain) as domains
        from companies
        where letters is not null and domain is not null
        group by letters
    ),

    towns as (
        select letters, count(distinct city) as towns
        from companies
        where is_account and letters is not null and city is not null
        group by letters
    )

select
    row_number() over (order by account_candidates.left_place, account_candidates.right_place) as pair,
    account_candidates.left_place,
    account_candidates.right_place,
    coalesce(name_relations.relation, 'different') as relation_l,
    coalesce(shared.contacts, 0) as shared_contacts_l,
    greatest(coalesce(left_names.domains, 0), coalesce(right_names.domains, 0)) as name_domains_l,
    greatest(coalesce(left_towns.towns, 0), coalesce(right_towns.towns, 0)) as name_towns_l,
    {columns}
from account_candidates
left join companies as one on account_candidates.left_place = one.place
left join companies as other on account_candidates.right_place = other.place
-- A left join, or DuckDB may join every bearer of a name with every other before it
-- looks at the candidates.
left join
    name_relations
    on one.name_key = name_relations.left_key
    and other.name_key = name_relations.right_key
    and one.full_name = name_relations.left_full
    and other.full_name = name_relations.right_full
left join
    shared
    on account_candidates.left_place = shared.left_place
    and account_candidates.right_place = shared.right_place
left join names as left_names on one.letters = left_names.letters
left join names as right_names on other.letters = right_names.letters
left join towns as left_towns on one.letters = left_towns.letters
left join towns as right_towns on other.letters = right_towns.letters
