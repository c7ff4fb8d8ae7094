-- What the enrichment vendors know: each covers another part of the market, a little wrong and a little late in its own
-- way. Drawn from temp tables `profiles` and `persons`; each vendor's lots are a stream of their own (`lot`).
create schema apollo;
create schema clearbit;
create schema lusha;
create schema dnb;

create temp macro lot(id, topic) as (('0x' || left(md5(id || ':' || topic), 8))::bigint / 4294967296.0);
create temp macro spread(value, id, topic, share) as (value * (1 + share * (2 * lot(id, topic) - 1)));
create temp macro known(value, id, topic, share) as (case when lot(id, topic) < share then value end);

create table apollo.companies as
select
    left(md5(company_id || 'apollo'), 24) as id, short_name as name, domain,
    known(phone, company_id, 'apollo phone', 0.7) as phone, street, known(city, company_id, 'apollo city', 0.9) as city,
    state, postal_code, country,
    case when lot(company_id, 'apollo odd industry') < 0.04 then 'internet of things' else lower(vendor_industry) end
        as industry,
    known(greatest(1, round(spread(employees, company_id, 'apollo staff', 0.2)))::bigint, company_id, 'apollo size', 0.93)
        as employees,
    known(round(spread(revenue, company_id, 'apollo revenue', 0.35), -3), company_id, 'apollo money', 0.7) as revenue,
    known(founded, company_id, 'apollo founded', 0.8) as founded,
    list_filter(technologies, lambda name: lot(company_id || name, 'apollo technology') < 0.8) as technologies
from profiles
where domain is not null and lot(company_id, 'apollo') < 0.72;

create table clearbit.companies as
select
    md5(company_id || 'clearbit')::uuid::varchar as id, short_name as name, legal_name, domain,
    known(phone, company_id, 'clearbit phone', 0.5) as phone, street, city, state, postal_code, country, country_code,
    vendor_industry as industry,
    known(greatest(1, round(spread(employees, company_id, 'clearbit staff', 0.15)))::bigint, company_id, 'clearbit size',
        0.9) as employees,
    known(round(spread(revenue, company_id, 'clearbit revenue', 0.3), -3), company_id, 'clearbit money', 0.4) as revenue,
    known(founded, company_id, 'clearbit founded', 0.85) as founded,
    list_transform(list_filter(technologies, lambda name: lot(company_id || name, 'clearbit technology') < 0.75),
        lambda name: replace(lower(name), ' ', '_')) as technologies,
    lot(company_id, 'clearbit late') < 0.03 as is_looked_up_first
from profiles
where domain is not null and lot(company_id, 'clearbit') < 0.55;

create table lusha.companies as
select
    (lot(company_id, 'lusha id') * 1e9)::bigint::varchar as id, short_name as name, domain, city, state, country,
    vendor_industry as industry, employees, revenue, known(founded, company_id, 'lusha founded', 0.7) as founded
from profiles
where domain is not null and lot(company_id, 'lusha') < 0.45;

create table dnb.companies as
with numbered as (
    select *, lpad(((lot(company_id, 'dnb id') * 899999999)::bigint + 100000000)::varchar, 9, '0') as duns
    from profiles
)
select
    own.duns, own.legal_name as name, own.domain, own.phone, own.street, own.city, own.state, own.postal_code, own.country_code,
    own.country, own.vendor_industry as industry,
    known(greatest(1, round(spread(own.employees, own.company_id, 'dnb staff', 0.1)))::bigint, own.company_id,
        'dnb size', 0.95) as employees,
    known(round(spread(own.revenue, own.company_id, 'dnb revenue', 0.1), -3), own.company_id, 'dnb money', 0.9)
        as revenue,
    own.founded, parent.duns as parent_duns, parent.legal_name as parent_name, domestic.duns as domestic_duns,
    domestic.legal_name as domestic_name, global.duns as global_duns, global.legal_name as global_name
from numbered as own
left join numbered as parent on own.parent_id = parent.company_id
left join numbered as domestic on own.domestic_id = domestic.company_id
left join numbered as global on own.global_id = global.company_id
where lot(own.company_id, 'dnb') < 0.8;

create table apollo.people as
select
    left(md5(person_id || 'apollo'), 24) as id, first_name, last_name, email, title, seniority, department,
    known(phone, person_id, 'apollo person phone', 0.5) as phone, linkedin_url, city, country, company_name, domain
from persons
where email is not null and lot(person_id, 'apollo person') < 0.65;

create table clearbit.people as
select
    md5(person_id || 'clearbit')::uuid::varchar as id, first_name, last_name, email, title, seniority, department,
    linkedin_url, city, country_code, company_name, domain
from persons
where email is not null and lot(person_id, 'clearbit person') < 0.5;

create table lusha.people as
select
    (lot(person_id, 'lusha person id') * 1e9)::bigint::varchar as id, first_name, last_name, email, title, seniority,
    department, phone, linkedin_url, city, country, company_name, domain,
    lot(person_id, 'lusha objection') < 0.02 as has_objected
from persons
where email is not null and lot(person_id, 'lusha person') < 0.6;
