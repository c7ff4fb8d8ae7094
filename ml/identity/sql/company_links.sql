-- The account of every company record that is no CRM account itself: a person's
-- decision, else the link that its source
-- gives or the best fit, in the order of the setting `lead_account_source` (vendors'
-- and marketing's own links stand in
-- any case). Both answers are kept.
create or replace temp table company_links as
with
    fits as (
        select
            open_records.place,
            lead_fits.root,
            coalesce(tie_choices.score, lead_fits.score) as score,
            lead_fits.method,
            lead_fits.reason
        from open_records
        inner join lead_fits on open_records.evidence = lead_fits.evidence
        left join tie_choices on open_records.place = tie_choices.place
        anti join refused_links as refused on open_records.place = refused.place and lead_fits.root = refused.root
        where lead_fits.root = tie_choices.root or (tie_choices.place is null and lead_fits.place = 1)
    ),

    given as (
        select given_links.*
        from given_links
        anti join refused_links as refused on given_links.place = refused.place and given_links.root = refused.root
    ),

    decided as (select place, min(root) as root from decided_links where decision = 'same' group by place),

    answers as (
        select
            companies.place,
            decided.root as decided_root,
            given.root as given_root,
            fits.root as fit_root,
            fits.score as fit_score,
            fits.method as fit_method,
            fits.reason as fit_reason,
            given.root is not null
            and (fits.score is null or fits.score < {link} or not ({prefers_ours} and companies.object = 'Lead' and companies.source != 'marketo'))
            as takes_given
        from companies
        left join decided on companies.place = decided.place
        left join given on companies.place = given.place
        left join fits on companies.place = fits.place
        where coalesce(decided.root, given.root, fits.root) is not null
    )

select
    place,
    case when decided_root is not null then decided_root when takes_given then given_root else fit_root end as root,
    case when decided_root is not null then 'decision' when takes_given then 'source_link' else fit_method end as method,
    case when decided_root is not null or takes_given then 1.0 else fit_score end as confidence,
    case
        when decided_root is not null then 'a person decided' when takes_given then 'given by the source' else fit_reason
    end as reason,
    given_root,
    fit_root,
    fit_score,
    fit_method,
    fit_reason
from answers
