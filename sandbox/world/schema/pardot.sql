-- The same people as Account Engagement (Pardot) knows them, where that is the marketing automation: Marketo's.
create schema pardot;
create table pardot.prospects as
select id, email, "firstName", "lastName", title as "jobTitle", company, website, industry, phone, city, state, country,
    null::varchar as department, "leadSource" as source, "leadScore" as score, unsubscribed as "optedOut",
    "sfdcLeadId" as "salesforceLeadId", "sfdcContactId" as "salesforceContactId", "sfdcAccountId" as "salesforceAccountId",
    "leadStatus" as "lead_status__c", false as "isDeleted", "createdAt", "updatedAt"
from marketo.leads;
create table pardot.visitor_activities as
select row_number() over (order by "activityDate", "marketoGUID") as id, "leadId" as "prospectId", null::bigint as "visitorId",
    null::bigint as "campaignId", kinds.type, kinds."typeName", "primaryAttributeValue" as details,
    null::bigint as "emailId", null::bigint as "formId", "activityDate" as "createdAt", "activityDate" as "updatedAt"
from marketo.activities
inner join (
    values (1, 20, 'Visit'), (2, 4, 'Success'), (3, 1, 'Click'), (6, 6, 'Sent'), (8, 13, 'Bounced'), (9, 12, 'Unsubscribe Page'),
        (10, 11, 'Open'), (11, 1, 'Click')
) as kinds ("activityTypeId", type, "typeName") using ("activityTypeId");
create table pardot.lists as
select id, name, false as "isDynamic", "createdAt", "updatedAt" from marketo.lists;
create table pardot.list_memberships as
select row_number() over (order by "listId", "leadId") as id, "listId", "leadId"::bigint as "prospectId", false as "optedOut",
    timestamp '2024-01-01' as "createdAt", timestamp '2024-01-01' as "updatedAt"
from marketo.list_members;
create table pardot.custom_fields as
select 1 as id, 'Lead status' as name, 'lead_status__c' as "fieldId", 'Text' as type, false as "isRequired",
    timestamp '2024-01-01' as "createdAt", timestamp '2024-01-01' as "updatedAt";
