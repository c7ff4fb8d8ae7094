-- A hand-made world for tests: 30 accounts and what hangs on them, small enough to copy in milliseconds.
-- Expects the tables of sandbox/world/schema and the variable as_of.
create temp macro sf_id(prefix, n) as
    prefix || 'TW' || lpad(n::varchar, 10, '0') || if(substr(prefix, 3, 1) between 'A' and 'Z', '2', 'Y') || 'AA';
create temp macro moment(days) as (getvariable('as_of') - days::integer)::timestamp + interval 9 hour;

insert into salesforce."User" by name
select sf_id('005', n) as "Id", 'user' || n || '@tiny.example' as "Username", 'User' as "FirstName",
    'No ' || n as "LastName", 'User No ' || n as "Name", 'user' || n || '@tiny.example' as "Email", n <> 5 as "IsActive",
    'Standard' as "UserType", moment(800) as "CreatedDate", sf_id('005', 1) as "CreatedById",
    moment(800) as "LastModifiedDate", sf_id('005', 1) as "LastModifiedById", moment(800) as "SystemModstamp"
from range(1, 6) as numbers(n);

insert into salesforce."Group" by name
select sf_id('00G', n) as "Id", 'Queue ' || n as "Name", 'Queue_' || n as "DeveloperName", 'Queue' as "Type",
    moment(700) as "CreatedDate", moment(700) as "LastModifiedDate", moment(700) as "SystemModstamp"
from range(1, 3) as numbers(n);

insert into salesforce."Account" by name
select sf_id('001', n) as "Id", n = 29 as "IsDeleted",
    case n when 1 then 'O''Brien & Söhne GmbH' when 2 then '東京 "Quoted", Ltd' when 3 then 'Emoji 🚀 Inc'
        else 'Company ' || n || ' Inc' end as "Name",
    case when n % 7 = 0 then null when n % 5 = 0 then 'http://www.company' || n || '.com/' else 'company' || n || '.com' end
        as "Website",
    ['Technology', 'Finance', 'Retail', 'Government'][1 + n % 4] as "Industry",
    case when n % 6 = 0 then null else n * 100 end as "NumberOfEmployees", n * 1000000.50 as "AnnualRevenue",
    ['US', 'DE', 'GB'][1 + n % 3] as "BillingCountryCode", 'Springfield' as "BillingCity",
    case when n = 10 then sf_id('001', 1) end as "ParentId", sf_id('005', 1 + n % 4) as "OwnerId",
    case when n = 29 then sf_id('001', 28) end as "MasterRecordId", n = 12 as "Prevent_Override__c",
    n = 11 as "Is_Branch__c", moment(400 - n) as "CreatedDate", sf_id('005', 1) as "CreatedById",
    moment(30 - n % 30) as "LastModifiedDate", sf_id('005', 2) as "LastModifiedById",
    moment(30 - n % 30) as "SystemModstamp"
from range(1, 31) as numbers(n);

insert into salesforce."Contact" by name
select sf_id('003', n) as "Id", n = 119 as "IsDeleted", sf_id('001', 1 + n % 28) as "AccountId", 'Ann' as "FirstName",
    'Person ' || n as "LastName", 'Ann Person ' || n as "Name", 'ann' || n || '@company' || (1 + n % 28) || '.com' as "Email",
    'VP Sales' as "Title", n % 10 = 0 as "HasOptedOutOfEmail", sf_id('005', 1) as "OwnerId", moment(300) as "CreatedDate",
    sf_id('005', 1) as "CreatedById", moment(n % 60) as "LastModifiedDate", sf_id('005', 1) as "LastModifiedById",
    moment(n % 60) as "SystemModstamp"
from range(1, 121) as numbers(n);

insert into salesforce."Lead" by name
select sf_id('00Q', n) as "Id", false as "IsDeleted", 'Lee' as "FirstName", 'Lead ' || n as "LastName",
    'Lee Lead ' || n as "Name", 'lee' || n || '@company' || n || '.com' as "Email", 'Company ' || n as "Company",
    'Open - Not Contacted' as "Status", sf_id('005', 1) as "OwnerId", false as "IsConverted", false as "Do_Not_Route__c",
    false as "HasOptedOutOfEmail", moment(90) as "CreatedDate", sf_id('005', 1) as "CreatedById",
    moment(n) as "LastModifiedDate", sf_id('005', 1) as "LastModifiedById", moment(n) as "SystemModstamp"
from range(1, 21) as numbers(n);

insert into salesforce."Opportunity" by name
select sf_id('006', n) as "Id", false as "IsDeleted", sf_id('001', n) as "AccountId", 'Deal ' || n as "Name",
    ['Prospecting', 'Closed Won', 'Closed Lost'][1 + n % 3] as "StageName", n * 1000.25 as "Amount",
    getvariable('as_of') - 10 as "CloseDate", n % 3 > 0 as "IsClosed", n % 3 = 1 as "IsWon", 50 as "Probability",
    sf_id('005', 1) as "OwnerId", moment(120) as "CreatedDate", sf_id('005', 1) as "CreatedById",
    moment(12) as "LastModifiedDate", sf_id('005', 1) as "LastModifiedById", moment(12) as "SystemModstamp"
from range(1, 13) as numbers(n);

insert into salesforce."Task" by name
select sf_id('00T', n) as "Id", false as "IsDeleted", sf_id('003', n) as "WhoId", sf_id('001', 1 + n % 28) as "WhatId",
    'Call' as "Subject", 'Completed' as "Status", 'Normal' as "Priority", 'Call' as "TaskSubtype",
    getvariable('as_of') - (n % 90)::integer as "ActivityDate", sf_id('005', 1) as "OwnerId", true as "IsClosed",
    moment(n % 90) as "CreatedDate", sf_id('005', 1) as "CreatedById", moment(n % 90) as "LastModifiedDate",
    sf_id('005', 1) as "LastModifiedById", moment(n % 90) as "SystemModstamp"
from range(1, 61) as numbers(n);

insert into marketo.leads by name
select n as id, 'ann' || n || '@company' || (1 + n % 28) || '.com' as email, 'Ann' as "firstName", 'Person ' || n as "lastName",
    'Company ' || (1 + n % 28) as company, n as "leadScore", n % 10 = 0 as unsubscribed, sf_id('003', n) as "sfdcContactId",
    moment(100 - n) as "createdAt", moment(40 - n % 40) as "updatedAt"
from range(1, 61) as numbers(n);
insert into marketo.activity_types values (1, 'Visit Webpage', 'Webpage ID'), (2, 'Fill Out Form', 'Form ID'),
    (12, 'New Lead', null), (13, 'Change Data Value', 'Attribute Name'), (24, 'Add to List', 'List ID'),
    (25, 'Remove from List', 'List ID'), (37, 'Delete Lead', null);
insert into marketo.activities by name
select 'guid-' || n as "marketoGUID", if(n % 300 = 0, 1000 + n, 1 + n % 60) as "leadId", moment(90 - n / 10) + to_seconds(n) as "activityDate",
    if(n % 300 = 0, 37, 1 + n % 2) as "activityTypeId", 5 as "primaryAttributeValueId", '/pricing' as "primaryAttributeValue",
    '[{"name":"Webpage URL","value":"/pricing"}]' as attributes
from range(1, 901) as numbers(n);
insert into marketo.lists values (1001, 'Newsletter', moment(200), moment(200)), (1002, 'Webinar', moment(200), moment(200));
insert into marketo.list_members select 1001, n from range(1, 11) as numbers(n);
insert into marketo.programs values (2001, 'Spring', 'Default', 'Content', 'on', moment(99), moment(9));

insert into zoominfo.companies by name
select 900000 + n as id, 'Company ' || n as name, 'www.company' || n || '.com' as website, 'company' || n || '.com' as domain,
    'United States' as country, ['Software'] as "primaryIndustry", n * 101 as "employeeCount", n * 1000 as revenue,
    ['Snowflake'] as "techAttributes", moment(30) as "lastUpdatedDate"
from range(4, 31) as numbers(n);
insert into bombora.company_surges
select date_trunc('week', getvariable('as_of'))::date - 7 * week::integer, 'Company ' || n, 'company' || n || '.com', 'Software',
    'Small', 'United States', null, topic, 'Topic ' || topic, 50 + n, week
from range(4) as weeks(week), range(1, 11) as companies(n), range(1, 4) as topics(topic);
