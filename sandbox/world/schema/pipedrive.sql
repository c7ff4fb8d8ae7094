-- The same market as Pipedrive holds it, where that is the CRM: derived from what Salesforce holds.
create schema pipedrive;
create temp macro number_of(record_id) as cast('0x' || left(md5(record_id), 12) as bigint);
create table pipedrive.users as
select number_of("Id") as id, "Name" as name, "Email" as email, "IsActive" as active_flag, "CreatedDate" as created,
    "SystemModstamp" as modified from salesforce."User";
create table pipedrive.stages as
select row_number() over (order by min("Probability"), "StageName") as id, "StageName" as name, 1 as pipeline_id,
    min("Probability")::integer as deal_probability, timestamp '2024-01-01' as add_time
from salesforce."Opportunity" where not "IsClosed" group by "StageName";
create table pipedrive.organizations as
select number_of("Id") as id, number_of("OwnerId") as owner_id, "Name" as name, "Website" as website,
    "Industry" as industry, "NumberOfEmployees" as employee_count, "AnnualRevenue"::double as annual_revenue,
    struct_pack(
        value := "BillingStreet", route := "BillingStreet", locality := "BillingCity",
        admin_area_level_1 := "BillingState", postal_code := "BillingPostalCode",
        country := coalesce("BillingCountry", "BillingCountryCode")
    ) as address,
    "Segment__c" as "5e1f0a90c7d84b2f93a6d1c2b3e4f5a6b7c8d9e0", "IsDeleted" as is_deleted,
    "CreatedDate" as add_time, "SystemModstamp" as update_time
from salesforce."Account";
create table pipedrive.persons as
select number_of("Id") as id, number_of("OwnerId") as owner_id, number_of("AccountId") as org_id, "Name" as name,
    "FirstName" as first_name, "LastName" as last_name, "Title" as job_title,
    case when "Email" is null then [] else [struct_pack(value := "Email", "primary" := true, label := 'work')] end as emails,
    case when "Phone" is null then [] else [struct_pack(value := "Phone", "primary" := true, label := 'work')] end as phones,
    "IsDeleted" as is_deleted, "CreatedDate" as add_time, "SystemModstamp" as update_time
from salesforce."Contact";
create table pipedrive.deals as
select number_of(deal."Id") as id, number_of("OwnerId") as owner_id, number_of("AccountId") as org_id, deal."Name" as title,
    coalesce(stages.id, (select max(id) from pipedrive.stages)) as stage_id, 1 as pipeline_id,
    case when "IsDeleted" then 'deleted' when "IsWon" then 'won' when "IsClosed" then 'lost' else 'open' end as status,
    "Amount"::double as value, 'USD' as currency, "Probability"::integer as probability, "Loss_Reason__c" as lost_reason,
    "CloseDate" as expected_close_date, case when "IsClosed" then "CloseDate"::timestamp end as close_time,
    "IsDeleted" as is_deleted, "CreatedDate" as add_time, "SystemModstamp" as update_time
from salesforce."Opportunity" as deal left join pipedrive.stages as stages on deal."StageName" = stages.name;
create table pipedrive.fields (entity varchar, key varchar, name varchar);
insert into pipedrive.fields values ('organizations', '5e1f0a90c7d84b2f93a6d1c2b3e4f5a6b7c8d9e0', 'Segment');
