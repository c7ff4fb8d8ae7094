-- The account that a record's own source gives (ZoomInfo's input, a converted lead's
-- account, Marketo's sfdcAccountId).
-- Salesforce ids are compared by their 15 case-sensitive characters, for some systems
-- keep the short form.
create or replace temp table given_links as
select distinct on (records.place) records.place, account_members.root, 'source_link' as method
from companies as records
inner join
    companies as accounts
    on left(records.linked_record_id, 15) = left(accounts.record_id, 15)
    and accounts.is_account
inner join account_members on accounts.place = account_members.place
where not records.is_account
order by records.place, account_members.root;

-- What a person decided about a record and an account.
create or replace temp table decided_links as
with
    sides as (
        select left_place as place, right_place as account_place, decision from company_decisions
        union all
        select right_place as place, left_place as account_place, decision from company_decisions
    )

select distinct on (sides.place, sides.decision, account_members.root) sides.place, account_members.root, sides.decision
from sides
inner join companies on sides.place = companies.place and not companies.is_account
inner join account_members on sides.account_place = account_members.place;

create or replace temp table refused_links as
select place, root
from decided_links
where decision = 'not_same';

-- The CRM's own word on where a contact works.
create or replace temp table contact_homes as
select people.place, account_members.root
from people
inner join
    companies
    on left(people.account_record_id, 15) = left(companies.record_id, 15)
    and companies.is_account
inner join account_members on companies.place = account_members.place
