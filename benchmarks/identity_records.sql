-- The records of a generated world in the shape in which dbt hands them to identity.
-- `world` is attached; the temporary
-- table `enriched` (record_id, vendor_id) says which company the vendor's own
-- matching answered for each account.
create schema if not exists intermediate;

create temp table countries as
select distinct "BillingCountry" as name, "BillingCountryCode" as code
from world.salesforce."Account"
where "BillingCountryCode" is not null;

create table intermediate.int_company_records as
with
    accounts as (select * from world.salesforce."Account" where not "IsDeleted" or "MasterRecordId" is not null),

    records as (
        select
            'salesforce' as source,
            'Account' as object,
            "Id" as record_id,
            "Name" as company_name,
            "Website" as website,
            cast(null as text) as email,
            "BillingCountryCode" as country_code,
            "BillingState" as state,
            "BillingCity" as city,
            "BillingStreet" as street,
            "BillingPostalCode" as postal_code,
            "Phone" as phone,
            "Industry" as industry,
            cast("NumberOfEmployees" as double) as employee_count,
            cast("AnnualRevenue" as double) as annual_revenue_usd,
            "ParentId" as parent_record_id,
            cast(null as text) as linked_record_id,
            "MasterRecordId" as merged_into_record_id,
            coalesce("Is_Branch__c", false) as is_branch,
            coalesce("Type" like 'Customer%', false) or coalesce("Current_Contract_Value__c", 0) > 0 as is_customer,
            cast("CreatedDate" as timestamp) as created_at,
            cast("LastModifiedDate" as timestamp) as updated_at,
            cast(null as text) as vendor_company_id,
            cast(null as text) as vendor_parent_company_id,
            cast(null as text) as vendor_ultimate_company_id
        from accounts
        union all by name
        select
            'salesforce' as source,
            'Lead' as object,
            "Id" as record_id,
            "Company" as company_name,
            "Website" as website,
            "Email" as email,
            "CountryCode" as country_code,
            "State" as state,
            "City" as city,
            "Street" as street,
            "Phone" as phone,
            "Industry" as industry,
            cast("NumberOfEmployees" as double) as employee_count,
            cast("AnnualRevenue" as double) as annual_revenue_usd,
            "ConvertedAccountId" as linked_record_id,
            false as is_branch,
            false as is_customer,
            cast("CreatedDate" as timestamp) as created_at,
            cast("LastModifiedDate" as timestamp) as updated_at
        from world.salesforce."Lead"
        where not "IsDeleted"
        union all by name
        select
            'zoominfo' as source,
            'Company' as object,
            enriched.record_id,
            vendor.name as company_name,
            vendor.website,
            vendor."countryCode" as country_code,
            vendor.state,
            vendor.city,
            vendor.street,
            vendor."zipCode" as postal_code,
            vendor.phone,
            enriched.record_id as linked_record_id,
            false as is_branch,
            false as is_customer,
            cast(vendor."lastUpdatedDate" as timestamp) as created_at,
            cast(vendor."lastUpdatedDate" as timestamp) as updated_at,
            cast(vendor.id as text) as vendor_company_id,
            cast(vendor."parentId" as text) as vendor_parent_company_id,
            cast(vendor."ultimateParentId" as text) as vendor_ultimate_company_id
        from enriched
        inner join world.zoominfo.companies as vendor on enriched.vendor_id = vendor.id
        union all by name
        select
            'bombora' as source,
            'Company' as object,
            surges."Domain" as record_id,
            max(surges."Company Name") as company_name,
            surges."Domain" as website,
            max(countries.code) as country_code,
            false as is_branch,
            false as is_customer,
            cast(min(surges.week) as timestamp) as created_at,
            cast(max(surges.week) as timestamp) as updated_at
        from world.bombora.company_surges as surges
        left join countries on surges."Country" = countries.name
        group by surges."Domain"
        union all by name
        select
            'marketo' as source,
            'Lead' as object,
            cast(leads.id as text) as record_id,
            leads.company as company_name,
            leads.website,
            leads.email,
            countries.code as country_code,
            leads.state,
            leads.city,
            leads.phone,
            leads."sfdcAccountId" as linked_record_id,
            false as is_branch,
            false as is_customer,
            leads."createdAt" as created_at,
            leads."updatedAt" as updated_at
        from world.marketo.leads as leads
        left join countries on leads.country = countries.name
    )

select *
from records;

create table intermediate.int_person_records as
select
    'salesforce' as source,
    'Contact' as object,
    "Id" as record_id,
    "AccountId" as account_record_id,
    "FirstName" as first_name,
    "LastName" as last_name,
    "Name" as full_name,
    "Email" as email,
    coalesce("Phone", "MobilePhone") as phone,
    "Title" as title,
    "LinkedIn_URL__c" as linkedin_url,
    cast(null as text) as linked_record_id,
    "MasterRecordId" as merged_into_record_id,
    cast("CreatedDate" as timestamp) as created_at,
    cast("LastModifiedDate" as timestamp) as updated_at
from world.salesforce."Contact"
where not "IsDeleted" or "MasterRecordId" is not null
union all by name
select
    'salesforce' as source,
    'Lead' as object,
    "Id" as record_id,
    "ConvertedAccountId" as account_record_id,
    "FirstName" as first_name,
    "LastName" as last_name,
    "Name" as full_name,
    "Email" as email,
    "Phone" as phone,
    "Title" as title,
    "LinkedIn_URL__c" as linkedin_url,
    "ConvertedContactId" as linked_record_id,
    "MasterRecordId" as merged_into_record_id,
    cast("CreatedDate" as timestamp) as created_at,
    cast("LastModifiedDate" as timestamp) as updated_at
from world.salesforce."Lead"
where not "IsDeleted" or "MasterRecordId" is not null
union all by name
select
    'marketo' as source,
    'Lead' as object,
    cast(id as text) as record_id,
    "sfdcAccountId" as account_record_id,
    "firstName" as first_name,
    "lastName" as last_name,
    email,
    phone,
    title,
    coalesce("sfdcContactId", "sfdcLeadId") as linked_record_id,
    "createdAt" as created_at,
    "updatedAt" as updated_at
from world.marketo.leads
