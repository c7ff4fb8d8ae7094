-- The same market as a company sees it whose only CRM and marketing tool is HubSpot: derived from what Salesforce and
-- Marketo hold, so that one truth judges both. Property values are text, as HubSpot's interface gives them.
create schema hubspot;

create temp macro moment_text(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.000Z');
create temp macro host(website) as nullif(regexp_replace(
    regexp_extract(lower(trim(website)), '^(?:https?://)?(?:www\.)?([^/:?# ]+)', 1), '\.$', ''), '');

create table hubspot.owners as
select 40000000 + row_number() over (order by "Id") as id, "Email" as email, "FirstName" as "firstName",
    "LastName" as "lastName", 50000000 + row_number() over (order by "Id") as "userId", "CreatedDate" as "createdAt",
    "LastModifiedDate" as "updatedAt", not "IsActive" as archived, "Id" as salesforce_id
from salesforce."User";

create temp table company_ids as
select "Id" as salesforce_id, 9400000000 + 7 * row_number() over (order by "CreatedDate", "Id") as id
from salesforce."Account";

create table hubspot.companies as
select ids.id, accounts."CreatedDate" as "createdAt", accounts."SystemModstamp" as "updatedAt",
    accounts."IsDeleted" and accounts."MasterRecordId" is null as archived,
    case when accounts."IsDeleted" and accounts."MasterRecordId" is null then accounts."SystemModstamp" end as "archivedAt", masters.id as merged_into,
    accounts."Name" as name, host(accounts."Website") as domain, accounts."Website" as website,
    accounts."Phone" as phone, accounts."BillingStreet" as address, accounts."BillingCity" as city,
    accounts."BillingState" as state, accounts."BillingPostalCode" as zip,
    coalesce(accounts."BillingCountry", accounts."BillingCountryCode") as country,
    case accounts."Industry" when 'Technology' then 'COMPUTER_SOFTWARE' when 'Finance' then 'FINANCIAL_SERVICES'
        when 'Healthcare' then 'HOSPITAL_HEALTH_CARE' when 'Government' then 'GOVERNMENT_ADMINISTRATION'
        when 'Education' then 'EDUCATION_MANAGEMENT' when 'Media' then 'ONLINE_MEDIA' when 'Energy' then 'OIL_ENERGY'
        when 'Consulting' then 'MANAGEMENT_CONSULTING' when 'Not For Profit' then 'NON_PROFIT_ORGANIZATION_MANAGEMENT'
        when 'Manufacturing' then 'INDUSTRIAL_AUTOMATION' when 'Food & Beverage' then 'FOOD_BEVERAGES'
        when 'Engineering' then 'MECHANICAL_OR_INDUSTRIAL_ENGINEERING' when 'Environmental' then 'ENVIRONMENTAL_SERVICES'
        when 'Transportation' then 'TRANSPORTATION_TRUCKING_RAILROAD' when 'Shipping' then 'LOGISTICS_AND_SUPPLY_CHAIN'
        when 'Electronics' then 'CONSUMER_ELECTRONICS' when 'Apparel' then 'APPAREL_FASHION'
        when 'Recreation' then 'RECREATIONAL_FACILITIES_AND_SERVICES' when 'Agriculture' then 'FARMING'
        when 'Other' then null else upper(accounts."Industry") end as industry,
    accounts."NumberOfEmployees"::varchar as numberofemployees, accounts."AnnualRevenue"::varchar as annualrevenue,
    case when accounts."Type" like '%Partner%' then 'PARTNER' when accounts."Type" = 'Prospect' then 'PROSPECT'
        when accounts."Type" like 'Customer%' then 'OTHER' end as type,
    case when accounts."Type" like 'Customer%' then 'customer' else 'lead' end as lifecyclestage,
    owners.id::varchar as hubspot_owner_id, parents.id::varchar as hs_parent_company_id,
    accounts."Description" as description, (
        select string_agg(lost.id, ';' order by lost.id) from salesforce."Account" as losers
        inner join company_ids as lost on losers."Id" = lost.salesforce_id where losers."MasterRecordId" = accounts."Id"
    ) as hs_merged_object_ids,
    null::varchar as account_tier, null::varchar as icp_fit_score, null::varchar as account_valuation,
    null::varchar as intelligence_score, null::varchar as last_intent_topic,
    accounts."Prevent_Override__c"::varchar as prevent_override, accounts."Segment__c" as segment,
    accounts."Current_Contract_Value__c"::varchar as current_contract_value,
    accounts."Is_Branch__c"::varchar as is_branch
from salesforce."Account" as accounts
inner join company_ids as ids on accounts."Id" = ids.salesforce_id
left join company_ids as masters on accounts."MasterRecordId" = masters.salesforce_id
left join company_ids as parents on accounts."ParentId" = parents.salesforce_id
left join hubspot.owners as owners on accounts."OwnerId" = owners.salesforce_id;

-- People: contacts, leads that were not converted, and those whom only the marketing tool knows.
create temp table person_rows as
select 'salesforce' as source, 'Contact' as object, "Id" as record_id, "CreatedDate" as created_at,
    "SystemModstamp" as updated_at, "IsDeleted" as is_deleted, "MasterRecordId" as master_id, "FirstName" as firstname,
    "LastName" as lastname, "Email" as email, "Phone" as phone, "MobilePhone" as mobilephone, "Title" as jobtitle,
    "AccountId" as account_id, null as company, null as website, "MailingCity" as city, "MailingState" as state,
    coalesce("MailingCountry", "MailingCountryCode") as country, "HasOptedOutOfEmail" as opted_out,
    "OwnerId" as owner_id, "LinkedIn_URL__c" as linkedin, "LeadSource" as source_detail, null as status,
    "Department" as department
from salesforce."Contact"
union all
select 'salesforce', 'Lead', "Id", "CreatedDate", "SystemModstamp", "IsDeleted", "MasterRecordId", "FirstName",
    "LastName", "Email", "Phone", null, "Title", null, "Company", "Website", "City", "State",
    coalesce("Country", "CountryCode"), "HasOptedOutOfEmail", "OwnerId", "LinkedIn_URL__c", "LeadSource", "Status", null
from salesforce."Lead" where not "IsConverted"
union all
select 'marketo', 'Lead', id::varchar, "createdAt", "updatedAt", false, null, "firstName", "lastName", email, phone,
    null, title, null, company, website, city, state, country, unsubscribed, null, null, "leadSource", "leadStatus", null
from marketo.leads where "sfdcContactId" is null and "sfdcLeadId" is null;

create temp table contact_ids as
select source, object, record_id, 100000 + 3 * row_number() over (order by created_at, source, record_id) as id,
    -- An address belongs to one contact only; the later records of a person exist without it.
    row_number() over (
        partition by lower(email), is_deleted order by master_id is not null, created_at, source, record_id
    ) = 1 and not is_deleted as has_address
from person_rows;

create table hubspot.contacts as
select ids.id, person.created_at as "createdAt", person.updated_at as "updatedAt",
    person.is_deleted and masters.id is null as archived, case when person.is_deleted and masters.id is null then person.updated_at end as "archivedAt",
    masters.id as merged_into, person.firstname, person.lastname,
    case when ids.has_address then person.email end as email, person.phone, person.mobilephone, person.jobtitle,
    person.company, person.website, person.city, person.state, person.country,
    case when person.object = 'Lead' then 'lead' when accounts."Type" like 'Customer%' then 'customer'
        else 'opportunity' end as lifecyclestage,
    case person.status when 'Inquiry' then 'NEW' when 'MQL' then 'OPEN' when 'Qualifying' then 'IN_PROGRESS'
        when 'Accepted' then 'CONNECTED' when 'Qualified' then 'OPEN_DEAL' when 'Recycle' then 'BAD_TIMING'
        when 'Disqualified' then 'UNQUALIFIED' when 'Ineligible' then 'UNQUALIFIED' when 'Bad Data' then 'UNQUALIFIED'
    end as hs_lead_status,
    owners.id::varchar as hubspot_owner_id, company_ids.id::varchar as associatedcompanyid,
    person.opted_out::varchar as hs_email_optout, person.linkedin as hs_linkedin_url,
    person.source_detail as original_source, person.department, null::varchar as hs_merged_object_ids,
    null::varchar as persona_tier, null::varchar as persona_fit_score, null::varchar as intelligence_score
from person_rows as person
inner join contact_ids as ids using (source, object, record_id)
left join contact_ids as masters on masters.source = 'salesforce' and person.master_id = masters.record_id
left join hubspot.owners as owners on person.owner_id = owners.salesforce_id
left join salesforce."Account" as accounts on person.account_id = accounts."Id"
left join company_ids on coalesce(accounts."MasterRecordId", accounts."Id") = company_ids.salesforce_id;
update hubspot.contacts set hs_merged_object_ids = merged.ids from (
    select merged_into, string_agg(id, ';' order by id) as ids from hubspot.contacts where merged_into is not null group by all
) as merged where contacts.id = merged.merged_into;

create temp table deal_ids as
select "Id" as salesforce_id, 7200000000 + 11 * row_number() over (order by "CreatedDate", "Id") as id
from salesforce."Opportunity";
create temp macro deal_stage(stage) as case
    when stage = 'Closed Won' then 'closedwon' when stage = 'Closed Lost' then 'closedlost'
    when stage in ('Prospecting', 'Qualification') then 'appointmentscheduled'
    when stage = 'Needs Analysis' then 'qualifiedtobuy' when stage = 'Value Proposition' then 'presentationscheduled'
    when stage in ('Id. Decision Makers', 'Perception Analysis') then 'decisionmakerboughtin'
    else 'contractsent' end;

create table hubspot.deals as
select ids.id, deals."CreatedDate" as "createdAt", deals."SystemModstamp" as "updatedAt", deals."IsDeleted" as archived,
    case when deals."IsDeleted" then deals."SystemModstamp" end as "archivedAt", null::bigint as merged_into,
    deals."Name" as dealname, deals."Amount"::varchar as amount, moment_text(deals."CloseDate"::timestamp) as closedate,
    'default' as pipeline, deal_stage(deals."StageName") as dealstage,
    case deals."Type" when 'New Business' then 'newbusiness' when 'Existing Business' then 'existingbusiness' end as dealtype,
    owners.id::varchar as hubspot_owner_id, companies.id::varchar as hs_primary_associated_company,
    deals."Loss_Reason__c" as closed_lost_reason, deals."Competitor__c" as competitor, deals."LeadSource" as original_source,
    null::varchar as hs_merged_object_ids
from salesforce."Opportunity" as deals
inner join deal_ids as ids on deals."Id" = ids.salesforce_id
left join salesforce."Account" as accounts on deals."AccountId" = accounts."Id"
left join company_ids as companies on coalesce(accounts."MasterRecordId", accounts."Id") = companies.salesforce_id
left join hubspot.owners as owners on deals."OwnerId" = owners.salesforce_id;

create table hubspot.property_history as
select 'deals' as object_type, ids.id, 'dealstage' as name, deal_stage("StageName") as value, "CreatedDate" as moment
from salesforce."OpportunityHistory" as history inner join deal_ids as ids on history."OpportunityId" = ids.salesforce_id
where not history."IsDeleted";

-- Engagements are objects of their own.
create temp table engagement_rows as
select case "TaskSubtype" when 'Call' then 'calls' when 'Email' then 'emails' else 'tasks' end as kind, "Id" as record_id,
    "CreatedDate" as created_at, "SystemModstamp" as updated_at, "IsDeleted" as is_deleted, "WhoId" as who,
    "WhatId" as what, "AccountId" as account_id, "OwnerId" as owner_id, "Subject" as subject, "Description" as body,
    coalesce("CompletedDateTime", "ActivityDate"::timestamp, "CreatedDate") as happened_at, null::timestamp as ended_at,
    "IsClosed" as is_closed, "CallDurationInSeconds" as seconds, "CallDisposition" as outcome
from salesforce."Task"
union all
select 'meetings', "Id", "CreatedDate", "SystemModstamp", "IsDeleted", "WhoId", "WhatId", "AccountId", "OwnerId", "Subject",
    "Location", "StartDateTime", "EndDateTime", true, null, null
from salesforce."Event";
create temp table engagement_ids as
select record_id, kind, 31000000000 + 13 * row_number() over (order by created_at, record_id) as id from engagement_rows;
create temp table engagements as
select ids.id, kind, created_at as "createdAt", updated_at as "updatedAt", is_deleted as archived,
    case when is_deleted then updated_at end as "archivedAt", null::bigint as merged_into,
    moment_text(happened_at) as hs_timestamp, owners.id::varchar as hubspot_owner_id, subject, body, is_closed, seconds,
    outcome, ended_at, happened_at
from engagement_rows inner join engagement_ids as ids using (record_id, kind)
left join hubspot.owners as owners on owner_id = owners.salesforce_id;

create table hubspot.calls as
select id, "createdAt", "updatedAt", archived, "archivedAt", merged_into, hs_timestamp, hubspot_owner_id, subject as hs_call_title,
    body as hs_call_body, (seconds * 1000)::varchar as hs_call_duration, outcome as hs_call_disposition_label,
    if(is_closed, 'COMPLETED', 'QUEUED') as hs_call_status, 'OUTBOUND' as hs_call_direction
from engagements where kind = 'calls';
create table hubspot.emails as
select id, "createdAt", "updatedAt", archived, "archivedAt", merged_into, hs_timestamp, hubspot_owner_id,
    subject as hs_email_subject, body as hs_email_text, 'EMAIL' as hs_email_direction, if(is_closed, 'SENT', 'SCHEDULED') as hs_email_status
from engagements where kind = 'emails';
create table hubspot.meetings as
select id, "createdAt", "updatedAt", archived, "archivedAt", merged_into, hs_timestamp, hubspot_owner_id,
    subject as hs_meeting_title, body as hs_meeting_location, moment_text(happened_at) as hs_meeting_start_time,
    moment_text(ended_at) as hs_meeting_end_time, if(happened_at < now()::timestamp, 'COMPLETED', 'SCHEDULED') as hs_meeting_outcome
from engagements where kind = 'meetings';
create table hubspot.tasks as
select id, "createdAt", "updatedAt", archived, "archivedAt", merged_into, hs_timestamp, hubspot_owner_id,
    subject as hs_task_subject, body as hs_task_body, if(is_closed, 'COMPLETED', 'NOT_STARTED') as hs_task_status, 'TODO' as hs_task_type
from engagements where kind = 'tasks';

-- Associations, both ways; type ids as HubSpot defines them.
create table hubspot.association_types (
    from_type varchar, to_type varchar, type_id integer, inverse_id integer, label varchar, is_default boolean
);
insert into hubspot.association_types
select unnest([
    {'a': 'contacts', 'b': 'companies', 'x': 279, 'y': 280, 'l': null, 'd': true},
    {'a': 'contacts', 'b': 'companies', 'x': 1, 'y': 2, 'l': 'Primary', 'd': false},
    {'a': 'deals', 'b': 'companies', 'x': 341, 'y': 342, 'l': null, 'd': true},
    {'a': 'deals', 'b': 'companies', 'x': 5, 'y': 6, 'l': 'Primary', 'd': false},
    {'a': 'deals', 'b': 'contacts', 'x': 3, 'y': 4, 'l': null, 'd': true},
    {'a': 'companies', 'b': 'companies', 'x': 13, 'y': 14, 'l': null, 'd': true},
    {'a': 'calls', 'b': 'contacts', 'x': 194, 'y': 193, 'l': null, 'd': true},
    {'a': 'calls', 'b': 'companies', 'x': 182, 'y': 181, 'l': null, 'd': true},
    {'a': 'calls', 'b': 'deals', 'x': 206, 'y': 205, 'l': null, 'd': true},
    {'a': 'emails', 'b': 'contacts', 'x': 198, 'y': 197, 'l': null, 'd': true},
    {'a': 'emails', 'b': 'companies', 'x': 186, 'y': 185, 'l': null, 'd': true},
    {'a': 'emails', 'b': 'deals', 'x': 210, 'y': 209, 'l': null, 'd': true},
    {'a': 'meetings', 'b': 'contacts', 'x': 200, 'y': 199, 'l': null, 'd': true},
    {'a': 'meetings', 'b': 'companies', 'x': 188, 'y': 187, 'l': null, 'd': true},
    {'a': 'meetings', 'b': 'deals', 'x': 212, 'y': 211, 'l': null, 'd': true},
    {'a': 'tasks', 'b': 'contacts', 'x': 204, 'y': 203, 'l': null, 'd': true},
    {'a': 'tasks', 'b': 'companies', 'x': 192, 'y': 191, 'l': null, 'd': true},
    {'a': 'tasks', 'b': 'deals', 'x': 216, 'y': 215, 'l': null, 'd': true}
], recursive := true);
insert into hubspot.association_types
select to_type, from_type, inverse_id, type_id, label, is_default from hubspot.association_types;

create table hubspot.associations (from_type varchar, from_id bigint, to_type varchar, to_id bigint, type_id integer);
create temp table one_way as
select 'contacts' as from_type, id as from_id, 'companies' as to_type, associatedcompanyid::bigint as to_id, unnest([279, 1]) as type_id
from hubspot.contacts where associatedcompanyid is not null and merged_into is null
union all
select 'deals', id, 'companies', hs_primary_associated_company::bigint, unnest([341, 5])
from hubspot.deals where hs_primary_associated_company is not null
union all
select 'deals', deal_ids.id, 'contacts', contact_ids.id, 3
from salesforce."OpportunityContactRole" as roles
inner join deal_ids on roles."OpportunityId" = deal_ids.salesforce_id
inner join contact_ids on contact_ids.source = 'salesforce' and roles."ContactId" = contact_ids.record_id
where not roles."IsDeleted"
union all
select 'companies', hs_parent_company_id::bigint, 'companies', id, 13 from hubspot.companies where hs_parent_company_id is not null
union all
select kind, ids.id, 'contacts', contact_ids.id, types.type_id
from engagement_rows inner join engagement_ids as ids using (record_id, kind)
inner join contact_ids on contact_ids.source = 'salesforce' and who = contact_ids.record_id
inner join hubspot.association_types as types on kind = types.from_type and types.to_type = 'contacts'
union all
select kind, ids.id, 'companies', company_ids.id, types.type_id
from engagement_rows inner join engagement_ids as ids using (record_id, kind)
inner join company_ids on coalesce(account_id, what) = company_ids.salesforce_id
inner join hubspot.association_types as types on kind = types.from_type and types.to_type = 'companies'
union all
select kind, ids.id, 'deals', deal_ids.id, types.type_id
from engagement_rows inner join engagement_ids as ids using (record_id, kind)
inner join deal_ids on what = deal_ids.salesforce_id
inner join hubspot.association_types as types on kind = types.from_type and types.to_type = 'deals';
insert into hubspot.associations
select distinct from_type, from_id, to_type, to_id, type_id from one_way
union
select one_way.to_type, to_id, one_way.from_type, from_id, types.inverse_id from one_way
inner join hubspot.association_types as types
    on one_way.from_type = types.from_type and one_way.to_type = types.to_type and one_way.type_id = types.type_id
order by all;
create temp table gone as
select 'companies' as kind, id from hubspot.companies where archived or merged_into is not null
union all select 'contacts', id from hubspot.contacts where archived or merged_into is not null
union all select 'deals', id from hubspot.deals where archived
union all select kind, id from engagements where archived;
delete from hubspot.associations
where (from_type, from_id) in (select (kind, id) from gone) or (to_type, to_id) in (select (kind, id) from gone);

-- Marketing Hub: lists, marketing e-mails and what became of them, forms, page visits.
create temp table marketing_contacts as
select leads.id as marketo_id, contacts.id, leads.email from marketo.leads as leads
inner join contact_ids as contacts on case when leads."sfdcContactId" is not null
    then contacts.source = 'salesforce' and contacts.record_id = leads."sfdcContactId"
    when leads."sfdcLeadId" is not null then contacts.source = 'salesforce' and contacts.record_id = leads."sfdcLeadId"
    else contacts.source = 'marketo' and contacts.record_id = leads.id::varchar end;
create table hubspot.lists as
select id + 0 as "listId", name, 'MANUAL' as "processingType", '0-1' as "objectTypeId", "createdAt", "updatedAt", null::timestamp as "deletedAt"
from marketo.lists;
create table hubspot.list_members as
select distinct members."listId", people.id as "recordId", lists."createdAt" as "membershipTimestamp"
from marketo.list_members as members inner join marketing_contacts as people on members."leadId" = people.marketo_id
inner join marketo.lists as lists on members."listId" = lists.id
where people.id not in (select id from gone where kind = 'contacts');
create table hubspot.email_campaigns as
select 60000000 + row_number() over (order by name) as id, name, name as subject, 'BATCH_EMAIL' as type
from (select distinct "primaryAttributeValue" as name from marketo.activities where "activityTypeId" between 6 and 11 and name is not null);
create table hubspot.email_events as
select activities."marketoGUID" as id, people.id as contact_id, people.email as recipient, campaigns.id as "emailCampaignId",
    case "activityTypeId" when 6 then 'SENT' when 7 then 'DELIVERED' when 8 then 'BOUNCE' when 9 then 'STATUSCHANGE'
        when 10 then 'OPEN' else 'CLICK' end as type, "activityDate" as created
from marketo.activities as activities inner join marketing_contacts as people on activities."leadId" = people.marketo_id
inner join hubspot.email_campaigns as campaigns on activities."primaryAttributeValue" = campaigns.name
where "activityTypeId" between 6 and 11 and people.email is not null;
create table hubspot.forms as
select md5(name) as id, name, timestamp '2020-01-01' as "createdAt", timestamp '2020-01-01' as "updatedAt"
from (select distinct coalesce("primaryAttributeValue", 'Form') as name from marketo.activities where "activityTypeId" = 2);
create table hubspot.form_submissions as
select activities."marketoGUID" as "conversionId", md5(coalesce("primaryAttributeValue", 'Form')) as form_id, people.email,
    "activityDate" as "submittedAt", 'https://www.example-vendor.com/forms' as "pageUrl"
from marketo.activities as activities inner join marketing_contacts as people on activities."leadId" = people.marketo_id
where "activityTypeId" = 2 and people.email is not null;
create table hubspot.events as
select activities."marketoGUID" as id, 'e_visited_page' as "eventType", "activityDate" as "occurredAt", 'CONTACT' as "objectType",
    people.id as "objectId", 'https://' || "primaryAttributeValue" as url
from marketo.activities as activities inner join marketing_contacts as people on activities."leadId" = people.marketo_id
where "activityTypeId" = 1;
