-- What signal providers list: news, job posts, breaches and buyer interactions, about companies of this world.
create schema predictleads;
create schema hibp;
create schema g2;

create temp table days as select * from range(330) as days(day);
create temp macro moment(day, id) as (
    (getvariable('as_of') - day::integer)::timestamp + to_minutes((lot(id || day, 'minute') * 1400)::bigint));

create table predictleads.news_events as
with kinds as (
    select * from (values ('receives_financing', 'raises'), ('acquires', 'acquires a rival'),
        ('merges_with', 'merges with a competitor'), ('hires', 'appoints a new Chief Marketing Officer'),
        ('launches', 'launches a new product'), ('partners_with', 'partners with a cloud vendor')) as kinds(category, words)
)
select md5(company_id || category) as id, company_id, short_name as company_name, domain, category,
    short_name || ' ' || words
        || case when category = 'receives_financing' then ' $' || (5 + (lot(company_id, 'round') * 90)::integer) || 'M'
            else '' end as summary,
    'https://news.example/' || md5(company_id || category) as article_url,
    case when category = 'receives_financing' then (5 + (lot(company_id, 'round') * 90)::integer) * 1e6 end as amount_usd,
    moment((lot(company_id || category, 'news day') * 329)::integer, company_id) as found_at
from profiles, kinds
where domain is not null and lot(company_id || category, 'news') < 0.06;

create table predictleads.job_openings as
select md5(company_id || number) as id, company_id, short_name as company_name, domain,
    ['Marketing Operations Manager', 'Data Engineer', 'VP Revenue Operations', 'Account Executive'][1 + number % 4] as title,
    ['marketing', 'engineering', 'operations', 'sales'][1 + number % 4] as category,
    'https://jobs.example/' || md5(company_id || number) as url,
    moment((lot(company_id || number, 'job day') * 329)::integer, company_id) as first_seen_at
from profiles, range(3) as numbers(number)
where domain is not null and lot(company_id || number, 'job') < 0.15;

create table hibp.breaches as
select replace(short_name, ' ', '') || left(md5(company_id), 4) as "Name", short_name as "Title", domain as "Domain",
    (getvariable('as_of') - (40 + (lot(company_id, 'breach day') * 300)::integer))::date as "BreachDate",
    moment((lot(company_id, 'breach day') * 300)::integer, company_id) as "AddedDate",
    (lot(company_id, 'pwned') * 900000)::bigint as "PwnCount"
from profiles where domain is not null and lot(company_id, 'breach') < 0.01;

create table g2.buyer_interactions as
select md5(company_id || number) as id, company_id, short_name as company_name, domain,
    ['Marketing Automation', 'Data Warehouse', 'Video Conferencing', 'Reverse ETL'][1 + (lot(company_id || number, 'topic') * 3.99)::integer]
        as category_name,
    ['category_viewed', 'profile_viewed', 'compared', 'pricing_viewed'][1 + number % 4] as activity,
    moment((lot(company_id || number, 'g2 day') * 80)::integer, company_id) as interacted_at
from profiles, range(12) as numbers(number)
where domain is not null and lot(company_id, 'g2') < 0.25 and lot(company_id || number, 'g2 visit') < 0.5;
