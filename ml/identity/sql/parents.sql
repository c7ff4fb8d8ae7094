-- Which account each account's records name as parent: the CRM's ParentId, and the
-- vendor's parent, or its ultimate parent
-- where the parent itself is no account of ours. Between records that disagree the
-- higher-ranking one wins.
create or replace temp table stated_parents as
with
    named as materialized (
        select records.source, members.root, records.place, parents.place as parent_place
        from account_members as members
        inner join companies as records on members.place = records.place
        inner join companies as parents on left(records.parent_record_id, 15) = left(parents.record_id, 15)
        where records.merged_into_record_id is null and parents.is_account and parents.source = records.source
    ),

    owned as materialized (
        select named.source, named.root, named.place, owners.root as parent_root
        from named
        inner join account_members as owners on named.parent_place = owners.place
    )

select distinct on (source, root) source, root, parent_root
from owned
where root != parent_root
order by source, root, place;

insert into stated_parents
with
    -- The account that stands for each company of the vendor: of several the one that
    -- ranks first.
    vendors as (
        select companies.source, companies.vendor_company_id, min(company_links.root) as root
        from companies
        inner join company_links on companies.place = company_links.place
        where companies.vendor_company_id is not null
        group by companies.source, companies.vendor_company_id
    ),

    named as materialized (
        select companies.source, company_links.root, companies.place, 1 as preference, companies.vendor_parent_company_id as parent_id
        from companies
        inner join company_links on companies.place = company_links.place
        union all
        select companies.source, company_links.root, companies.place, 2 as preference, companies.vendor_ultimate_company_id as parent_id
        from companies
        inner join company_links on companies.place = company_links.place
    )

select distinct on (named.source, named.root) named.source, named.root, vendors.root as parent_root
from named
inner join vendors on named.parent_id = vendors.vendor_company_id and named.source = vendors.source
where named.root != vendors.root
order by named.source, named.root, named.preference, named.place
