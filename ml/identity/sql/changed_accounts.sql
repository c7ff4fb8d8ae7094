-- What each CRM account record says, as a fingerprint, and the records that are new
-- or say something else than in the
-- last run. Scores between records that did not change are kept.
create or replace temp table account_fingerprints as
with
    contacts as (
        select source, account_record_id, md5(string_agg(distinct concat_ws('/', email, profile), ';' order by concat_ws('/', email, profile))) as contacts
        from people
        where object = 'Contact' and (email is not null or profile is not null)
        group by source, account_record_id
    ),

    names as (
        select letters, count(distinct domain) > 1 as is_of_several
        from companies
        where letters is not null and domain is not null
        group by letters
    ),

-- How many towns there are counts to the third (see account_scores).
    towns as (
        select letters, least(count(distinct city), 3) as towns
        from companies
        where is_account and letters is not null and city is not null
        group by letters
    )

select
    companies.place,
    companies.source,
    companies.object,
    companies.record_id,
    md5(
        concat_ws(
            '|',
            {columns},
            coalesce(cast(names.is_of_several as text), ''),
            coalesce(cast(towns.towns as text), ''),
            coalesce(contacts.contacts, '')
        )
    ) as fingerprint
from companies
left join
    contacts
    on companies.source = contacts.source
    and companies.record_id = contacts.account_record_id
left join names on companies.letters = names.letters
left join towns on companies.letters = towns.letters
where companies.is_account;

create or replace temp table changed_accounts as
select now.place
from account_fingerprints as now
left join
    ml.account_evidence as before
    on now.source = before.source
    and now.object = before.object
    and now.record_id = before.record_id
where before.fingerprint is distinct from now.fingerprint
