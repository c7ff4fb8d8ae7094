-- What sales development does with the same people in Outreach: its calls and e-mails of the CRM, as steps of sequences.
create schema outreach;
create temp macro number_of(record_id) as cast('0x' || left(md5(record_id), 12) as bigint);
create table outreach.prospects as
select number_of("Id") as id, "FirstName" as "firstName", "LastName" as "lastName", "Title" as title,
    case when "Email" is null then [] else ["Email"] end as emails, "Phone" as phone, company, "Id" as "externalId",
    number_of("OwnerId") as owner, "HasOptedOutOfEmail" as "optedOut", "IsDeleted" as is_deleted,
    "CreatedDate" as "createdAt", "SystemModstamp" as "updatedAt"
from (
    select contact.* exclude ("AccountId"), account."Name" as company
    from salesforce."Contact" as contact left join salesforce."Account" as account on contact."AccountId" = account."Id"
);
create table outreach.sequences as
select * from (values (1, 'New accounts'), (2, 'Old accounts')) as sequences (id, name),
    (select timestamp '2024-01-01' as "createdAt", timestamp '2024-01-01' as "updatedAt");
create table outreach.mailings as
select number_of("Id") as id, number_of("WhoId") as prospect, 1 + number_of("WhoId") % 2 as sequence, "Subject" as subject,
    "CreatedDate" as "deliveredAt", case when number_of("Id") % 3 = 0 then "CreatedDate" + interval 1 hour end as "openedAt",
    case when number_of("Id") % 9 = 0 then "CreatedDate" + interval 2 hour end as "clickedAt",
    case when number_of("Id") % 12 = 0 then "CreatedDate" + interval 3 hour end as "repliedAt",
    case when number_of("Id") % 50 = 1 then "CreatedDate" end as "bouncedAt", false as is_deleted,
    "CreatedDate" as "createdAt", "SystemModstamp" as "updatedAt"
from salesforce."Task" where "Type" = 'Email' and "WhoId" like '003%' and not "IsDeleted";
create table outreach.calls as
select number_of("Id") as id, number_of("WhoId") as prospect, 1 + number_of("WhoId") % 2 as sequence,
    "CallDisposition" as outcome, false as is_deleted, "CreatedDate" as "createdAt", "SystemModstamp" as "updatedAt"
from salesforce."Task" where "Type" = 'Call' and "WhoId" like '003%' and not "IsDeleted";
create table outreach."sequenceStates" as
select row_number() over (order by prospect) as id, prospect, sequence,
    case when prospect % 4 = 0 then 'active' else 'finished' end as state, false as is_deleted,
    min("createdAt") as "createdAt", max("updatedAt") as "updatedAt"
from (select prospect, sequence, "createdAt", "updatedAt" from outreach.mailings union all by name
    select prospect, sequence, "createdAt", "updatedAt" from outreach.calls)
group by prospect, sequence;
