-- What ad platforms report of the CRM's advertisements: campaigns by day, and (LinkedIn) whose members saw them.
create schema ad_reports;
create temp macro number_of(text) as cast('0x' || left(md5(text), 7) as bigint);
create table ad_reports.campaigns as
select service, 1 + number_of(service || "Id") as id, "Name" as name, case when "IsActive" then 'ACTIVE' else 'COMPLETED' end as status,
    "StartDate" as start_date, coalesce("EndDate", "StartDate" + 60) as end_date
from salesforce."Campaign", (values ('linkedin'), ('meta'), ('google_ads')) as services(service)
where "Type" = 'Advertisement' and not "IsDeleted";
create table ad_reports.campaign_days as
select service, id as campaign, day::date as day, impressions, number_of('clicks' || id || day) % 40 * impressions // 1000 as clicks,
    number_of('conversions' || id || day) % 5 as conversions, number_of('leads' || id || day) % 3 as leads,
    (impressions * (20 + number_of('price' || id) % 30) / 1000.0)::decimal(18, 2) as cost
from (
    select service, id, day, 200 + number_of('seen' || id || day) % 4000 as impressions
    from ad_reports.campaigns, unnest(generate_series(start_date, end_date, interval 1 day)) as days(day)
    where day < (select max("SystemModstamp") from salesforce."Account")
);
create table ad_reports.organizations as
select 1000 + number_of("Id") as id, "Name" as name, "Website" as website,
    trim(regexp_replace(lower("Name"), '[^a-z0-9]+', '-', 'g'), '-') as vanity_name
from salesforce."Account" where not "IsDeleted" and number_of("Id") % 5 = 0;
create table ad_reports.company_days as
select id as organization, day, 3 + number_of('seen' || id || day) % 60 as impressions, number_of('clicks' || id || day) % 4 as clicks,
    number_of('conversions' || id || day) % 20 // 19 as conversions, number_of('leads' || id || day) % 40 // 39 as leads,
    (number_of('cost' || id || day) % 900 / 100.0)::decimal(18, 2) as cost
from ad_reports.organizations, (select distinct day from ad_reports.campaign_days where service = 'linkedin') as days
where number_of(id || ' ' || day) % 9 = 0;
