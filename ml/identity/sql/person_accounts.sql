-- The account that each person record points to: the CRM's own, else the best match
-- of the record's company.
create or replace temp table person_accounts as
with
    given as (
        select people.place, account_members.root, 1.0 as confidence
        from people
        inner join
            companies
            on left(people.account_record_id, 15) = left(companies.record_id, 15)
            and companies.is_account
        inner join account_members on companies.place = account_members.place
    ),

    matched as (
        select people.place, company_links.root, company_links.confidence
        from people
        inner join
            companies
            on people.source = companies.source
            and people.object = companies.object
            and people.record_id = companies.record_id
        inner join company_links on companies.place = company_links.place
        where company_links.confidence >= {lead_link}
    )

select place, any_value(root order by confidence desc, root) as root, max(confidence) as confidence
from (select * from given union all select * from matched)
group by place
