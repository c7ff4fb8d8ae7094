-- The same market as Dynamics 365 holds it, where that is the CRM: derived from what Salesforce holds.
create schema dynamics;
create temp macro guid(record_id) as regexp_replace(md5(record_id), '(.{8})(.{4})(.{4})(.{4})(.{12})', '\1-\2-\3-\4-\5');
create table dynamics.systemusers as
select guid("Id") as systemuserid, "Name" as fullname, "Email" as internalemailaddress, not "IsActive" as isdisabled,
    "CreatedDate" as createdon, "SystemModstamp" as modifiedon from salesforce."User";
create table dynamics.accounts as
select guid("Id") as accountid, "Name" as name, "Website" as websiteurl, "Phone" as telephone1, case when "Industry" is not null then 1 + abs(hash("Industry")::hugeint) % 40 end::integer as industrycode,
    "Industry" as "industrycode@OData.Community.Display.V1.FormattedValue",
    "NumberOfEmployees" as numberofemployees, "AnnualRevenue"::double as revenue, "BillingStreet" as address1_line1,
    "BillingCity" as address1_city, "BillingState" as address1_stateorprovince, "BillingPostalCode" as address1_postalcode,
    coalesce("BillingCountry", "BillingCountryCode") as address1_country, guid("ParentId") as _parentaccountid_value,
    guid("OwnerId") as _ownerid_value, case when "Type" is not null then 1 + abs(hash("Type")::hugeint) % 12 end::integer as customertypecode,
    "Type" as "customertypecode@OData.Community.Display.V1.FormattedValue", "CreatedDate" as createdon, "SystemModstamp" as modifiedon
from salesforce."Account" where not "IsDeleted";
create table dynamics.contacts as
select guid("Id") as contactid, "FirstName" as firstname, "LastName" as lastname, "Name" as fullname,
    "Email" as emailaddress1, "Phone" as telephone1, "MobilePhone" as mobilephone, "Title" as jobtitle,
    "Department" as department, guid("AccountId") as _parentcustomerid_value, guid("OwnerId") as _ownerid_value,
    "MailingCity" as address1_city, coalesce("MailingCountry", "MailingCountryCode") as address1_country,
    "HasOptedOutOfEmail" as donotbulkemail, "CreatedDate" as createdon, "SystemModstamp" as modifiedon
from salesforce."Contact" where not "IsDeleted";
create table dynamics.leads as
select guid("Id") as leadid, "FirstName" as firstname, "LastName" as lastname, "Name" as fullname, "Email" as emailaddress1,
    "Phone" as telephone1, "Title" as jobtitle, "Company" as companyname, "Website" as websiteurl, "City" as address1_city,
    coalesce("Country", "CountryCode") as address1_country, 1 as statuscode,
    "Status" as "statuscode@OData.Community.Display.V1.FormattedValue", guid("OwnerId") as _ownerid_value,
    "CreatedDate" as createdon, "SystemModstamp" as modifiedon
from salesforce."Lead" where not "IsDeleted";
create table dynamics.opportunities as
select guid("Id") as opportunityid, "Name" as name, guid("AccountId") as _parentaccountid_value,
    "StageName" as stepname, "Amount"::double as estimatedvalue, "CloseDate" as estimatedclosedate,
    case when "IsWon" then 1 when "IsClosed" then 2 else 0 end as statecode, "Probability"::integer as closeprobability,
    guid("OwnerId") as _ownerid_value, "CreatedDate" as createdon, "SystemModstamp" as modifiedon
from salesforce."Opportunity" where not "IsDeleted";
create table dynamics.deleted (entity varchar, id varchar, deletedon timestamp);
