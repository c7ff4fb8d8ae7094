-- Company records that are no CRM account, once per record and (`lead_evidence`) once
-- per distinct evidence. Records that
-- say themselves which account is theirs need no candidates; but a lead that the CRM
-- has linked is judged as well, for both
-- answers are kept. `contact_root`: the account at which a contact has the record's
-- e-mail address.
create or replace temp table open_records as
with
    contact_roots as (
        select people.email, min(contact_homes.root) as root
        from people
        inner join contact_homes on people.place = contact_homes.place
        where people.object = 'Contact' and people.email is not null and people.merged_into_record_id is null
        group by people.email
        having count(distinct contact_homes.root) = 1
    ),

    sources as (select distinct source from companies where is_account),

    records as (
        select
            companies.place,
            companies.name_key,
            companies.letters,
            companies.short_name,
            companies.full_name,
            companies.legal_form,
            companies.domain,
            companies.country,
            companies.city,
            companies.employee_count,
            companies.annual_revenue_usd,
            case when sources.source is not null then lower(trim(companies.industry)) end as industry,
            contact_roots.root as contact_root
        from companies
        left join sources on companies.source = sources.source
        left join contact_roots on companies.email = contact_roots.email
        left join given_links on companies.place = given_links.place
        where
            not companies.is_account
            and (given_links.place is null or (companies.object = 'Lead' and sources.source is not null))
            and (companies.letters is not null or companies.domain is not null or contact_roots.root is not null)
    )

select
    *,
    dense_rank() over (
        order by
            full_name,
            name_key,
            legal_form,
            domain,
            country,
            city,
            employee_count,
            annual_revenue_usd,
            industry,
            contact_root
    ) as evidence
from records;

create or replace temp table lead_evidence as
select distinct * exclude (place)
from open_records
