-- Accounts that a company record of another kind might be, once per distinct evidence instead of once per record. An
-- account stands with every way its records write its name, and with its own domain, country and town where a record has
-- none. Of a domain or a name with very many accounts the {largest_block} that rank first are candidates: over all, among
-- those of the same name and domain, and among those of the same name in the same town.
create or replace temp table lead_evidence as
select
    row_number() over (order by name_key, domain, country, city) - 1 as evidence,
    name_key,
    letters,
    short_name,
    domain,
    country,
    city
from companies
where object != 'Account' and (letters is not null or domain is not null)
group by name_key, letters, short_name, domain, country, city;

create or replace temp table account_faces as
with
    faces as (
        select distinct on (members.root, companies.name_key)
            members.root,
            companies.name_key,
            companies.letters,
            companies.short_name,
            coalesce(companies.domain, account_profiles.domain) as domain,
            coalesce(companies.country, account_profiles.country) as country,
            coalesce(companies.city, account_profiles.city) as city
        from account_members as members
        inner join companies on members.place = companies.place
        inner join account_profiles on members.root = account_profiles.root
        where companies.merged_into_record_id is null
        order by members.root, companies.name_key, companies.place
    ),

    domains as (
        select domain, count(distinct root) > 1 as is_family_domain
        from faces
        where domain is not null
        group by domain
    )

select
    faces.*,
    row_number() over (partition by faces.domain order by faces.root) as domain_rank,
    row_number() over (partition by faces.domain, faces.letters order by faces.root) as twin_rank,
    row_number() over (partition by faces.short_name order by faces.root) as name_rank,
    row_number() over (
        partition by faces.short_name, faces.domain, faces.country, faces.city order by faces.root
    ) as site_rank,
    coalesce(domains.is_family_domain, false) as is_family_domain
from faces
left join domains on faces.domain = domains.domain;

create or replace temp table lead_candidates as
with
    matches as (
        select lead_evidence.evidence, faces.root, faces.name_key
        from lead_evidence
        inner join account_faces as faces on lead_evidence.domain = faces.domain
        where faces.domain_rank <= {largest_block}
        union
        select lead_evidence.evidence, faces.root, faces.name_key
        from lead_evidence
        inner join
            account_faces as faces
            on lead_evidence.domain = faces.domain
            and lead_evidence.letters = faces.letters
        where faces.twin_rank <= {largest_block}
        union
        select lead_evidence.evidence, faces.root, faces.name_key
        from lead_evidence
        inner join account_faces as faces on lead_evidence.short_name = faces.short_name
        where faces.name_rank <= {largest_block}
        union
        select lead_evidence.evidence, faces.root, faces.name_key
        from lead_evidence
        inner join
            account_faces as faces
            on lead_evidence.short_name = faces.short_name
            and lead_evidence.country is not distinct from faces.country
            and lead_evidence.city = faces.city
        where faces.site_rank <= {largest_block}
    )

select
    lead_evidence.evidence,
    lead_evidence.name_key,
    lead_evidence.domain,
    lead_evidence.country,
    lead_evidence.city,
    account_faces.root,
    account_faces.name_key as account_name_key,
    account_faces.domain as account_domain,
    account_faces.country as account_country,
    account_faces.city as account_city,
    account_faces.is_family_domain
from matches
inner join lead_evidence on matches.evidence = lead_evidence.evidence
inner join
    account_faces
    on matches.root = account_faces.root
    and matches.name_key is not distinct from account_faces.name_key
