-- The account of every company record that is no CRM account itself: the link its source gives, else the best fit.
-- Salesforce ids are compared by their 15 case-sensitive characters, for some systems keep the short form.
create or replace temp table company_links as
with
    records as (select * from companies where object != 'Account'),

    given as (
        select distinct on (records.place) records.place, account_members.root
        from records
        inner join
            companies as accounts
            on left(records.linked_record_id, 15) = left(accounts.record_id, 15)
            and accounts.source = 'salesforce'
            and accounts.object = 'Account'
        inner join account_members on accounts.place = account_members.place
        order by records.place, account_members.root
    )

select
    records.place,
    coalesce(given.root, lead_fits.root) as root,
    case when given.root is null then lead_fits.method else 'source_link' end as method,
    case when given.root is null then lead_fits.score else 1.0 end as confidence,
    lead_fits.reason
from records
left join given on records.place = given.place
left join
    lead_evidence
    on records.name_key is not distinct from lead_evidence.name_key
    and records.domain is not distinct from lead_evidence.domain
    and records.country is not distinct from lead_evidence.country
    and records.city is not distinct from lead_evidence.city
left join lead_fits on lead_evidence.evidence = lead_fits.evidence
where coalesce(given.root, lead_fits.root) is not null
