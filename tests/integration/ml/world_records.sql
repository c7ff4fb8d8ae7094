-- The records of a generated world in the shape in which dbt hands them to identity. `world` is attached.
create schema intermediate;

create temp table countries as
select distinct "BillingCountry" as name, "BillingCountryCode" as code
from world.salesforce."Account"
where "BillingCountryCode" is not null;

create table intermediate.int_company_records as
with
    accounts as (select * from world.salesforce."Account" where not "IsDeleted" or "MasterRecordId" is not null),

    records as (
        select
            'salesforce' as source, 'Account' as object, "Id" as record_id, "Name" as company_name, "Website" as website,
            cast(null as text) as email, "BillingCountryCode" as country_code, "BillingCity" as city,
            "ParentId" as parent_record_id, cast(null as text) as linked_record_id,
            "MasterRecordId" as merged_into_record_id, coalesce("Is_Branch__c", false) as is_branch,
            coalesce("Type" like 'Customer%', false) or coalesce("Current_Contract_Value__c", 0) > 0 as is_customer,
            cast("CreatedDate" as timestamp) as created_at, cast("LastModifiedDate" as timestamp) as updated_at,
            cast(null as text) as vendor_company_id, cast(null as text) as vendor_parent_company_id,
            cast(null as text) as vendor_ultimate_company_id
        from accounts
        union all
        select
            'salesforce', 'Lead', "Id", "Company", "Website", "Email", "CountryCode", "City", null, "ConvertedAccountId",
            null, false, false, cast("CreatedDate" as timestamp), cast("LastModifiedDate" as timestamp), null, null, null
        from world.salesforce."Lead"
        where not "IsDeleted"
        union all
        -- The vendor's service matches by company; here the truth says which of its companies an account is.
        select
            'zoominfo', 'Company', account.record_id, vendor.name, vendor.website, null, vendor."countryCode", vendor.city,
            null, account.record_id, null, false, false, vendor."lastUpdatedDate", vendor."lastUpdatedDate",
            cast(vendor.id as text), cast(vendor."parentId" as text), cast(vendor."ultimateParentId" as text)
        from truth.company_records as account
        inner join truth.company_records as known using (company_id)
        inner join world.zoominfo.companies as vendor on cast(vendor.id as text) = known.record_id
        where account.object = 'Account' and account.is_live and known.source = 'zoominfo'
        union all
        select
            'bombora', 'Company', surges."Domain", max(surges."Company Name"), surges."Domain", null, max(countries.code),
            null, null, null, null, false, false, cast(min(surges.week) as timestamp), cast(max(surges.week) as timestamp),
            null, null, null
        from world.bombora.company_surges as surges
        left join countries on surges."Country" = countries.name
        group by surges."Domain"
        union all
        select
            'marketo', 'Lead', cast(leads.id as text), leads.company, leads.website, leads.email, countries.code, leads.city,
            null, leads."sfdcAccountId", null, false, false, leads."createdAt", leads."updatedAt", null, null, null
        from world.marketo.leads as leads
        left join countries on leads.country = countries.name
    )

select * from records;

create table intermediate.int_person_records as
select
    'salesforce' as source, 'Contact' as object, "Id" as record_id, "AccountId" as account_record_id,
    "FirstName" as first_name, "LastName" as last_name, "Name" as full_name, "Email" as email,
    "LinkedIn_URL__c" as linkedin_url, cast(null as text) as linked_record_id, "MasterRecordId" as merged_into_record_id,
    cast("CreatedDate" as timestamp) as created_at, cast("LastModifiedDate" as timestamp) as updated_at
from world.salesforce."Contact"
where not "IsDeleted" or "MasterRecordId" is not null
union all
select
    'salesforce', 'Lead', "Id", "ConvertedAccountId", "FirstName", "LastName", "Name", "Email", "LinkedIn_URL__c",
    "ConvertedContactId", "MasterRecordId", cast("CreatedDate" as timestamp), cast("LastModifiedDate" as timestamp)
from world.salesforce."Lead"
where not "IsDeleted" or "MasterRecordId" is not null
union all
select
    'marketo', 'Lead', cast(id as text), "sfdcAccountId", "firstName", "lastName", null, email, null,
    coalesce("sfdcContactId", "sfdcLeadId"), null, "createdAt", "updatedAt"
from world.marketo.leads;
