-- What sales development does with the same people in Salesloft, where that is the tool.
create schema salesloft;
create temp macro number_of(record_id) as cast('0x' || left(md5(record_id), 12) as bigint);
create table salesloft.people as
select number_of("Id") as id, "FirstName" as first_name, "LastName" as last_name, "Title" as title,
    "Email" as email_address, "Phone" as phone, company as person_company_name, "Id" as crm_id,
    struct_pack(id := number_of("OwnerId")) as owner, "HasOptedOutOfEmail" as do_not_contact, "IsDeleted" as is_deleted,
    "CreatedDate" as created_at, "SystemModstamp" as updated_at
from (
    select contact.* exclude ("AccountId"), account."Name" as company
    from salesforce."Contact" as contact left join salesforce."Account" as account on contact."AccountId" = account."Id"
);
create table salesloft.cadences as
select * from (values (1, 'New accounts'), (2, 'Old accounts')) as cadences (id, name),
    (select false as is_deleted, timestamp '2024-01-01' as created_at, timestamp '2024-01-01' as updated_at);
create temp table tasks as
select number_of("Id") as id, struct_pack(id := number_of("WhoId")) as person,
    struct_pack(id := 1 + number_of("WhoId") % 2) as cadence, "Type" as type, "Subject" as subject,
    "CallDisposition" as disposition, false as is_deleted, "CreatedDate" as created_at, "SystemModstamp" as updated_at
from salesforce."Task" where "Type" in ('Email', 'Call') and "WhoId" like '003%' and not "IsDeleted";
create table salesloft.emails as
select id, person as recipient, cadence, subject, created_at as sent_at, struct_pack(
    views := (id % 3 = 0)::integer, clicks := (id % 9 = 0)::integer, replies := (id % 12 = 0)::integer,
    bounces := (id % 50 = 1)::integer) as counts, is_deleted, created_at, updated_at
from tasks where type = 'Email';
create table salesloft.calls as
select id, person as called_person, cadence, disposition, is_deleted, created_at, updated_at from tasks where type = 'Call';
create table salesloft.cadence_memberships as
select row_number() over (order by person.id) as id, person, cadence,
    case when person.id % 4 = 0 then 'active' else 'completed' end as current_state, false as is_deleted,
    min(created_at) as created_at, max(updated_at) as updated_at
from tasks group by person, cadence;
