-- Marketo, ZoomInfo and Bombora as their interfaces name things; times are UTC.
create schema marketo;
create schema zoominfo;
create schema bombora;

create table marketo.leads (
    id integer, email varchar, "firstName" varchar, "lastName" varchar, title varchar, company varchar,
    website varchar, country varchar, state varchar, city varchar, industry varchar, phone varchar,
    "leadSource" varchar, "leadStatus" varchar, "leadScore" integer, unsubscribed boolean, "sfdcLeadId" varchar,
    "sfdcContactId" varchar, "sfdcAccountId" varchar, "createdAt" timestamp, "updatedAt" timestamp
);
create table marketo.activity_types (id integer, name varchar, "primaryAttribute" varchar);
create table marketo.activities (
    "marketoGUID" varchar, "leadId" integer, "activityDate" timestamp, "activityTypeId" integer,
    "campaignId" integer, "primaryAttributeValueId" integer, "primaryAttributeValue" varchar, attributes varchar
);
create table marketo.lists (id integer, name varchar, "createdAt" timestamp, "updatedAt" timestamp);
create table marketo.list_members ("listId" integer, "leadId" integer);
create table marketo.programs (
    id integer, name varchar, type varchar, channel varchar, status varchar, "createdAt" timestamp,
    "updatedAt" timestamp
);
create table zoominfo.companies (
    id bigint, name varchar, website varchar, domain varchar, phone varchar, street varchar, city varchar,
    state varchar, "zipCode" varchar, country varchar, "countryCode" varchar, "primaryIndustry" varchar[],
    "employeeCount" integer, revenue bigint, "foundedYear" integer, ticker varchar, "parentId" bigint,
    "parentName" varchar, "ultimateParentId" bigint, "ultimateParentName" varchar, "techAttributes" varchar[],
    "lastUpdatedDate" timestamp
);
create table bombora.company_surges (
    week date, "Company Name" varchar, "Domain" varchar, "Industry" varchar, "Size" varchar, "Country" varchar,
    "Metro Area" varchar, "Topic ID" integer, "Topic Name" varchar, "Composite Score" integer,
    "Composite Score Delta" integer
);
