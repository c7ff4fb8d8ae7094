-- Salesforce objects as a describe would list them; times are UTC.
create schema salesforce;

create table salesforce."Account" (
    "Id" varchar, "IsDeleted" boolean, "Name" varchar, "Website" varchar, "Type" varchar, "Industry" varchar,
    "NumberOfEmployees" integer, "AnnualRevenue" decimal(18, 2), "Phone" varchar, "BillingStreet" varchar,
    "BillingCity" varchar, "BillingState" varchar, "BillingPostalCode" varchar, "BillingCountry" varchar,
    "BillingCountryCode" varchar, "ParentId" varchar, "OwnerId" varchar, "AccountSource" varchar, "Description" varchar,
    "MasterRecordId" varchar, "LastActivityDate" date, "Account_Tier__c" varchar, "ICP_Fit_Score__c" double,
    "Account_Valuation__c" decimal(18, 2), "Intelligence_Score__c" double, "Last_Intent_Topic__c" varchar,
    "Prevent_Override__c" boolean, "Health_Score__c" double, "Segment__c" varchar,
    "Current_Contract_Value__c" decimal(18, 2), "Is_Branch__c" boolean, "BDR_Assigned__c" varchar,
    "BDR_Prospecting_Status__c" varchar, "SDR_Assigned__c" varchar, "Is_US_PubSec__c" boolean,
    "TSP_Territory__c" varchar, "TSP_Region__c" varchar, "TSP_Sub_Region__c" varchar, "TSP_Area__c" varchar,
    "TSP_Approved_Next_Owner__c" varchar, "TSP_Last_Update_Timestamp__c" timestamp, "CreatedDate" timestamp, "CreatedById" varchar,
    "LastModifiedDate" timestamp, "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."Contact" (
    "Id" varchar, "IsDeleted" boolean, "AccountId" varchar, "FirstName" varchar, "LastName" varchar,
    "Name" varchar, "Email" varchar, "Phone" varchar, "MobilePhone" varchar, "Title" varchar, "Department" varchar,
    "LeadSource" varchar, "MailingCity" varchar, "MailingState" varchar, "MailingCountry" varchar,
    "MailingCountryCode" varchar, "HasOptedOutOfEmail" boolean, "OwnerId" varchar, "MasterRecordId" varchar,
    "LinkedIn_URL__c" varchar, "Persona_Tier__c" varchar, "Persona_Fit_Score__c" double,
    "Intelligence_Score__c" double, "Person_Status__c" varchar, "Actively_Being_Sequenced__c" boolean,
    "Partner_Account__c" varchar, "Prospect_Share_Status__c" varchar, "Partner_Prospect_Status__c" varchar,
    "CreatedDate" timestamp, "CreatedById" varchar, "LastModifiedDate" timestamp,
    "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."Lead" (
    "Id" varchar, "IsDeleted" boolean, "FirstName" varchar, "LastName" varchar, "Name" varchar,
    "Email" varchar, "Phone" varchar, "Title" varchar, "Company" varchar, "Website" varchar, "Street" varchar,
    "City" varchar, "State" varchar, "Country" varchar, "CountryCode" varchar, "Industry" varchar,
    "NumberOfEmployees" integer, "AnnualRevenue" decimal(18, 2), "Status" varchar, "LeadSource" varchar,
    "Rating" varchar, "OwnerId" varchar, "IsConverted" boolean, "ConvertedDate" date, "ConvertedAccountId" varchar,
    "ConvertedContactId" varchar, "ConvertedOpportunityId" varchar, "HasOptedOutOfEmail" boolean,
    "MasterRecordId" varchar, "Person_Score__c" double, "Do_Not_Route__c" boolean, "LinkedIn_URL__c" varchar,
    "Actively_Being_Sequenced__c" boolean, "Last_Interesting_Moment__c" varchar,
    "Last_Interesting_Moment_Date__c" timestamp, "Last_Interesting_Moment_Source__c" varchar,
    "Partner_Account__c" varchar, "Prospect_Share_Status__c" varchar, "Partner_Prospect_Status__c" varchar,
    "CreatedDate" timestamp, "CreatedById" varchar, "LastModifiedDate" timestamp, "LastModifiedById" varchar,
    "SystemModstamp" timestamp
);
create table salesforce."Opportunity" (
    "Id" varchar, "IsDeleted" boolean, "AccountId" varchar, "Name" varchar, "StageName" varchar,
    "Amount" decimal(18, 2), "CloseDate" date, "IsClosed" boolean, "IsWon" boolean, "Probability" double,
    "Type" varchar, "LeadSource" varchar, "OwnerId" varchar, "ForecastCategoryName" varchar, "CampaignId" varchar,
    "Competitor__c" varchar, "Loss_Reason__c" varchar, "CreatedDate" timestamp, "CreatedById" varchar,
    "LastModifiedDate" timestamp, "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."OpportunityHistory" (
    "Id" varchar, "IsDeleted" boolean, "OpportunityId" varchar, "StageName" varchar,
    "Amount" decimal(18, 2), "Probability" double, "CloseDate" date, "ForecastCategory" varchar,
    "CreatedDate" timestamp, "CreatedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."OpportunityFieldHistory" (
    "Id" varchar, "IsDeleted" boolean, "OpportunityId" varchar, "Field" varchar, "DataType" varchar,
    "OldValue" varchar, "NewValue" varchar, "CreatedDate" timestamp, "CreatedById" varchar
);
create table salesforce."OpportunityContactRole" (
    "Id" varchar, "IsDeleted" boolean, "OpportunityId" varchar, "ContactId" varchar, "Role" varchar,
    "IsPrimary" boolean, "CreatedDate" timestamp, "CreatedById" varchar, "LastModifiedDate" timestamp,
    "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."Task" (
    "Id" varchar, "IsDeleted" boolean, "WhoId" varchar, "WhatId" varchar, "AccountId" varchar,
    "Subject" varchar, "Status" varchar, "Priority" varchar, "Type" varchar, "TaskSubtype" varchar,
    "ActivityDate" date, "CompletedDateTime" timestamp, "OwnerId" varchar, "CallDurationInSeconds" integer,
    "CallDisposition" varchar, "IsClosed" boolean, "Description" varchar, "CreatedDate" timestamp,
    "CreatedById" varchar, "LastModifiedDate" timestamp, "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."Event" (
    "Id" varchar, "IsDeleted" boolean, "WhoId" varchar, "WhatId" varchar, "AccountId" varchar,
    "Subject" varchar, "StartDateTime" timestamp, "EndDateTime" timestamp, "Location" varchar, "Type" varchar,
    "OwnerId" varchar, "CreatedDate" timestamp, "CreatedById" varchar, "LastModifiedDate" timestamp,
    "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."Campaign" (
    "Id" varchar, "IsDeleted" boolean, "Name" varchar, "Type" varchar, "Status" varchar,
    "StartDate" date, "EndDate" date, "IsActive" boolean, "BudgetedCost" decimal(18, 2), "ActualCost" decimal(18, 2),
    "Will_there_be_MDF_funding__c" varchar, "Is_a_Channel_Partner_Involved__c" varchar, "CreatedDate" timestamp,
    "CreatedById" varchar, "LastModifiedDate" timestamp, "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."CampaignMember" (
    "Id" varchar, "IsDeleted" boolean, "CampaignId" varchar, "LeadId" varchar, "ContactId" varchar,
    "Status" varchar, "HasResponded" boolean, "FirstRespondedDate" date, "CreatedDate" timestamp,
    "CreatedById" varchar, "LastModifiedDate" timestamp, "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."User" (
    "Id" varchar, "Username" varchar, "Name" varchar, "FirstName" varchar, "LastName" varchar,
    "Email" varchar, "IsActive" boolean, "Title" varchar, "Department" varchar, "TimeZoneSidKey" varchar,
    "ManagerId" varchar, "UserType" varchar, "CreatedDate" timestamp, "CreatedById" varchar,
    "LastModifiedDate" timestamp, "LastModifiedById" varchar, "SystemModstamp" timestamp
);
create table salesforce."Group" (
    "Id" varchar, "Name" varchar, "DeveloperName" varchar, "Type" varchar, "Email" varchar,
    "CreatedDate" timestamp, "CreatedById" varchar, "LastModifiedDate" timestamp, "LastModifiedById" varchar,
    "SystemModstamp" timestamp
);
