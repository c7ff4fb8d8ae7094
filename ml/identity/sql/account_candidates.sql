-- Pairs of CRM account records worth comparing, each once, the higher-ranking record first. Every block is bounded: in
-- one of more than {largest_block} records each is compared with the first of its exact twins alone, so that 5,000
-- branches on one domain or 10,000 records of one name cost no more than as many records elsewhere.
create or replace temp table account_candidates as
with
    accounts as (
        select place, domain, letters, short_name, country, city, is_branch, left(letters, 3) as beginning
        from companies
        where source = 'salesforce' and object = 'Account' and letters is not null
    ),

    sized as (
        select
            *,
            count(*) over (partition by domain, is_branch) as domain_size,
            count(*) over (partition by short_name) as name_size,
            count(*) over (partition by country, city, beginning) as town_size,
            min(place) over (partition by domain, letters, country, is_branch) as twin,
            min(place) over (partition by letters, country, is_branch) as namesake
        from accounts
    ),

    same_domain as (
        select first.place as left_place, second.place as right_place
        from sized as first
        inner join sized as second using (domain)
        where
            first.place < second.place
            and not first.is_branch
            and not second.is_branch
            and first.domain_size <= {largest_block}
    ),

    same_name as (
        select first.place as left_place, second.place as right_place
        from sized as first
        inner join sized as second using (short_name)
        where first.place < second.place and first.name_size <= {largest_block}
    ),

    -- Misspelt names without a shared domain: same town, same beginning, and a domain missing on one side.
    same_town as (
        select first.place as left_place, second.place as right_place
        from sized as first
        inner join sized as second using (country, city, beginning)
        where
            first.place < second.place
            and first.town_size <= {largest_block}
            and (first.domain is null or second.domain is null)
    ),

    crowded as (
        select twin as left_place, place as right_place
        from sized
        where twin < place and domain is not null and domain_size > {largest_block}
        union all
        select namesake as left_place, place as right_place
        from sized
        where namesake < place and name_size > {largest_block}
    )

select *
from same_domain
union
select *
from same_name
union
select *
from same_town
union
select *
from crowded
order by left_place, right_place
