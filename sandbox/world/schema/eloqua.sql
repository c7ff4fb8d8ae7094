-- The same people as Eloqua knows them, where that is the marketing automation: Marketo's. Columns are the statements
-- of Eloqua's markup language.
create schema eloqua;
create table eloqua.contacts as
select id::varchar as "Contact.Id", email as "Contact.Field(C_EmailAddress)", "firstName" as "Contact.Field(C_FirstName)",
    "lastName" as "Contact.Field(C_LastName)", title as "Contact.Field(C_Title)", company as "Contact.Field(C_Company)",
    phone as "Contact.Field(C_BusPhone)", city as "Contact.Field(C_City)", state as "Contact.Field(C_State_Prov)",
    country as "Contact.Field(C_Country)", "sfdcLeadId" as "Contact.Field(C_SFDCLeadID)",
    "sfdcContactId" as "Contact.Field(C_SFDCContactID)", "sfdcAccountId" as "Contact.Field(C_SFDCAccountID)",
    "leadStatus" as "Contact.Field(C_Lead_Status1)", not unsubscribed as "Contact.Email.IsSubscribed",
    "createdAt" as "Contact.CreatedAt", "updatedAt" as "Contact.UpdatedAt"
from marketo.leads;
create table eloqua.activities as
select "marketoGUID" as "Activity.Id", kinds.type as "Activity.Type", "leadId"::varchar as "Activity.Contact.Id",
    "primaryAttributeValue" as "Activity.Asset.Name", "campaignId"::varchar as "Activity.Campaign.Id",
    "activityDate" as "Activity.CreatedAt"
from marketo.activities
inner join (
    values (1, 'PageView'), (2, 'FormSubmit'), (6, 'EmailSend'), (8, 'Bounceback'), (9, 'Unsubscribe'), (10, 'EmailOpen'),
        (11, 'EmailClickthrough')
) as kinds ("activityTypeId", type) using ("activityTypeId");
create table eloqua.lists as select id::varchar as id, name from marketo.lists;
create table eloqua.list_members as select "listId"::varchar as list, "leadId"::varchar as contact from marketo.list_members;
