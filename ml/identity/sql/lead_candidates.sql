-- Accounts that a company record of another kind might be. An account stands with
-- every way its records write its name,
-- and with its own domain, country and town where a record has none. Of a domain or a
-- name with very many accounts the
-- {largest_block} that rank first are candidates: over all, among those of the same
-- name and domain, and among those of the
-- same name in the same town.
create or replace temp table account_faces as
with
    faces as (
        select distinct on (members.root, companies.full_name)
            members.root,
            companies.name_key,
            companies.letters,
            companies.short_name,
            companies.full_name,
            companies.legal_form,
            coalesce(companies.domain, account_profiles.domain) as domain,
            coalesce(companies.country, account_profiles.country) as country,
            coalesce(companies.city, account_profiles.city) as city,
            coalesce(companies.employee_count, account_profiles.employee_count) as employee_count,
            coalesce(companies.annual_revenue_usd, account_profiles.annual_revenue_usd) as annual_revenue_usd,
            lower(trim(coalesce(companies.industry, account_profiles.industry))) as industry,
            account_profiles.is_branch,
            companies.place
        from account_members as members
        inner join companies on members.place = companies.place
        inner join account_profiles on members.root = account_profiles.root
        where companies.merged_into_record_id is null
        order by members.root, companies.full_name, companies.place
    ),

-- One name of each account comes before the second name of any.
    ordered as (
        select * exclude (place), row_number() over (partition by root order by place) as nth
        from faces
    ),

    domains as (
        select domain, count(distinct root) > 1 as is_family_domain
        from faces
        where domain is not null
        group by domain
    )

select
    row_number() over (order by faces.root, faces.full_name) as face,
    faces.* exclude (nth),
    row_number() over (partition by faces.domain order by faces.nth, faces.root) as domain_rank,
    row_number() over (partition by faces.domain, faces.letters order by faces.nth, faces.root) as twin_rank,
    row_number() over (partition by faces.short_name order by faces.nth, faces.root) as name_rank,
    row_number() over (
        partition by faces.short_name, faces.domain, faces.country, faces.city order by faces.nth, faces.root
    ) as site_rank,
    coalesce(domains.is_family_domain, false) as is_family_domain
from ordered as faces
left join domains on faces.domain = domains.domain;

create or replace temp table lead_candidates as
select lead_evidence.evidence, faces.face
from lead_evidence
inner join account_faces as faces on lead_evidence.domain = faces.domain
where faces.domain_rank <= {largest_block}
union
select lead_evidence.evidence, faces.face
from lead_evidence
inner join account_faces as faces on lead_evidence.domain = faces.domain and lead_evidence.letters = faces.letters
where faces.twin_rank <= {largest_block}
union
select lead_evidence.evidence, faces.face
from lead_evidence
inner join account_faces as faces on lead_evidence.short_name = faces.short_name
where faces.name_rank <= {largest_block}
union
select lead_evidence.evidence, faces.face
from lead_evidence
inner join
    account_faces as faces
    on lead_evidence.short_name = faces.short_name
    and lead_evidence.country is not distinct from faces.country
    and lead_evidence.city = faces.city
where faces.site_rank <= {largest_block}
union
select lead_evidence.evidence, faces.face
from lead_evidence
inner join account_faces as faces on lead_evidence.contact_root = faces.root
