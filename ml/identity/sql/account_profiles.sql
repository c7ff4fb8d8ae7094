-- One row per account that has a live record, with what its records say together: the
-- commonest value of those known,
-- the highest-ranking record deciding between equals.
create or replace temp table account_profiles as
with
    members as (
        select account_members.root, companies.*
        from account_members
        inner join companies on account_members.place = companies.place
    ),

    live as (select * from members where merged_into_record_id is null),

    votes as (
        select
            root,
            any_value(name_key order by place) filter (where name_key is not null) as name_key,
            any_value(employee_count order by place) filter (where employee_count > 0) as employee_count,
            any_value(annual_revenue_usd order by place) filter (where annual_revenue_usd > 0) as annual_revenue_usd,
            any_value(industry order by place) filter (where industry is not null) as industry,
            bool_or(is_customer) as is_customer,
            bool_or(is_branch) as is_branch,
            min(created_at) as created_at
        from live
        group by root
    ),

    domains as (
        select distinct on (root) root, domain
        from (select root, domain, count(*) as records, min(place) as first from live where domain is not null group by all)
        order by root, records desc, first
    ),

    countries as (
        select distinct on (root) root, country
        from (select root, country, count(*) as records, min(place) as first from live where country is not null group by all)
        order by root, records desc, first
    ),

    cities as (
        select distinct on (root) root, city
        from (select root, city, count(*) as records, min(place) as first from live where city is not null group by all)
        order by root, records desc, first
    )

select votes.*, domains.domain, countries.country, cities.city
from votes
left join domains using (root)
left join countries using (root)
left join cities using (root)
order by root;

-- A record that was merged into one that no longer exists belongs to no account.
delete from account_members
where root not in (select root from account_profiles)
