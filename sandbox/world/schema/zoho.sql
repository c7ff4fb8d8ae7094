-- The same market as Zoho CRM holds it, where that is the CRM: derived from what Salesforce holds.
create schema zoho;
create temp macro zoho_id(record_id) as '5' || lpad(cast(cast('0x' || left(md5(record_id), 12) as bigint) as varchar), 17, '0');
create temp macro lookup(record_id) as case when record_id is not null then struct_pack(id := zoho_id(record_id)) end;
create table zoho.users as
select zoho_id("Id") as id, "Name" as full_name, "FirstName" as first_name, "LastName" as last_name, "Email" as email,
    if("IsActive", 'active', 'disabled') as status, "CreatedDate" as created_time, "SystemModstamp" as "Modified_Time"
from salesforce."User";
create table zoho."Accounts" as
select zoho_id("Id") as id, "Name" as "Account_Name", "Website", "Phone", "Type" as "Account_Type", "Industry",
    "NumberOfEmployees" as "Employees", "AnnualRevenue"::double as "Annual_Revenue", "BillingStreet" as "Billing_Street",
    "BillingCity" as "Billing_City", "BillingState" as "Billing_State", "BillingPostalCode" as "Billing_Code",
    coalesce("BillingCountry", "BillingCountryCode") as "Billing_Country", lookup("ParentId") as "Parent_Account",
    lookup("OwnerId") as "Owner", "Segment__c" as "Segment", "CreatedDate" as "Created_Time",
    "SystemModstamp" as "Modified_Time"
from salesforce."Account" where not "IsDeleted";
create table zoho."Contacts" as
select zoho_id("Id") as id, "FirstName" as "First_Name", "LastName" as "Last_Name", "Name" as "Full_Name", "Email",
    "Phone", "MobilePhone" as "Mobile", "Title", "Department", "LeadSource" as "Lead_Source",
    "MailingCity" as "Mailing_City", "MailingState" as "Mailing_State",
    coalesce("MailingCountry", "MailingCountryCode") as "Mailing_Country", "HasOptedOutOfEmail" as "Email_Opt_Out",
    lookup("AccountId") as "Account_Name", lookup("OwnerId") as "Owner", "CreatedDate" as "Created_Time",
    "SystemModstamp" as "Modified_Time"
from salesforce."Contact" where not "IsDeleted";
create table zoho."Leads" as
select zoho_id("Id") as id, "FirstName" as "First_Name", "LastName" as "Last_Name", "Name" as "Full_Name", "Email",
    "Phone", "Title" as "Designation", "Company", "Website", "Street", "City", "State",
    coalesce("Country", "CountryCode") as "Country", "Industry", "Status" as "Lead_Status", "LeadSource" as "Lead_Source",
    "NumberOfEmployees" as "No_of_Employees", "AnnualRevenue"::double as "Annual_Revenue",
    "IsConverted" as "Converted__s", "HasOptedOutOfEmail" as "Email_Opt_Out", lookup("OwnerId") as "Owner",
    "CreatedDate" as "Created_Time", "SystemModstamp" as "Modified_Time"
from salesforce."Lead" where not "IsDeleted";
create table zoho."Deals" as
select zoho_id("Id") as id, "Name" as "Deal_Name", lookup("AccountId") as "Account_Name", "StageName" as "Stage",
    "Type", "LeadSource" as "Lead_Source", "Amount"::double as "Amount", "Probability"::integer as "Probability",
    "Loss_Reason__c" as "Reason_For_Loss__s", "CloseDate" as "Closing_Date", lookup("OwnerId") as "Owner",
    "CreatedDate" as "Created_Time", "SystemModstamp" as "Modified_Time"
from salesforce."Opportunity" where not "IsDeleted";
create table zoho.deleted (module varchar, id varchar, type varchar, deleted_time timestamp);
