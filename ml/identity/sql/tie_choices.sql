-- Who gets a record that several accounts fit alike: the tie-breakers ask in their
-- order, and the account with the
-- smallest answers comes first. `is_decided`: the first question on which it differs
-- from the next account is one that may
-- decide; otherwise the account is proposed only.
create or replace temp table tie_choices as
with
    contacts as (select root, count(*) as contact_count from contact_homes group by root),

    accounts as (
        select
            members.root,
            max(companies.updated_at) as changed_at,
            bool_or(companies.parent_record_id is not null) as has_parent,
            bool_or(ownerships.has_open_opportunity) as has_open_opportunity,
            bool_or(ownerships.is_named_account) as is_named_account,
            list(distinct ownerships.owner_user_id) as owners
        from account_members as members
        inner join companies on members.place = companies.place
        left join ownerships using (source, object, record_id)
        where members.root in (select root from lead_fits where tied_score is not null)
        group by members.root
    ),

    asked as (
        select
            open_records.place,
            lead_fits.root,
            lead_fits.tied_score,
            lead_fits.score,
            [{questions}] as answers
        from lead_fits
        inner join open_records on lead_fits.evidence = open_records.evidence
        inner join companies on open_records.place = companies.place
        inner join account_profiles as profiles on lead_fits.root = profiles.root
        inner join accounts on lead_fits.root = accounts.root
        left join contacts on lead_fits.root = contacts.root
        left join
            ownerships
            on companies.source = ownerships.source
            and companies.object = ownerships.object
            and companies.record_id = ownerships.record_id
        anti join refused_links as refused on open_records.place = refused.place and lead_fits.root = refused.root
        where lead_fits.tied_score is not null
    ),

    ordered as (
        select
            *,
            lead(answers) over (partition by place order by answers, root) as next_answers,
            row_number() over (partition by place order by answers, root) as choice
        from asked
    )

select
    place,
    root,
    next_answers is null
    or coalesce(
        list_position(list_transform(list_zip(answers, next_answers), lambda pair: pair[1] < pair[2]), true)
        in ({decisive}),
        false
    ) as is_decided,
    case when is_decided then tied_score else score end as score
from ordered
where choice = 1
