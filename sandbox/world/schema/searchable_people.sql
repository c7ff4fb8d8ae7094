-- Whom Apollo finds at a company by title and seniority, beside the people that the CRM knows: leaders whom nobody here
-- has met. Their addresses follow the company's domain.
insert into apollo.people
with names as (
    select list(distinct first_name order by first_name) as first_names, list(distinct last_name order by last_name) as last_names
    from persons where first_name is not null and last_name is not null
),
roles as (
    select unnest([
        {'title': 'Chief Data Officer', 'seniority': 'c_suite', 'department': 'data'},
        {'title': 'VP Data', 'seniority': 'vp', 'department': 'data'},
        {'title': 'Head of Data', 'seniority': 'head', 'department': 'data'},
        {'title': 'VP Revenue Operations', 'seniority': 'vp', 'department': 'operations'},
        {'title': 'Director Sales Operations', 'seniority': 'director', 'department': 'operations'},
        {'title': 'CMO', 'seniority': 'c_suite', 'department': 'marketing'},
        {'title': 'VP Marketing', 'seniority': 'vp', 'department': 'marketing'},
        {'title': 'CFO', 'seniority': 'c_suite', 'department': 'finance'}
    ], recursive := true)
),
drawn as (
    select
        companies.*, roles.*, companies.id || roles.title as person,
        names.first_names[1 + floor(lot(companies.id || roles.title, 'given') * len(names.first_names))::int] as first_name,
        names.last_names[1 + floor(lot(companies.id || roles.title, 'family') * len(names.last_names))::int] as last_name
    from apollo.companies as companies
    cross join roles
    cross join names
    where companies.domain is not null and len(names.first_names) > 0 and lot(companies.id || roles.title, 'found') < 0.3
)
select
    left(md5(person || 'apollo'), 24) as id, first_name, last_name,
    regexp_replace(strip_accents(lower(first_name || '.' || last_name)), '[^a-z.]', '', 'g') || '@' || domain as email,
    title, seniority, department, null as phone,
    'https://www.linkedin.com/in/' || left(md5(person), 12) as linkedin_url, city, country, name as company_name, domain
from drawn;
