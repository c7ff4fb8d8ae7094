with
    contacts as (select * from {{ ref("int_contacts") }}),
    accounts as (select * from {{ ref("int_accounts__scored") }}),
    lead_fits as (select * from {{ ref("int_unlinked_leads__fit") }}),
    contact_points as (select * from {{ ref("int_contact_points") }}),
    points as (
        select
            contact_id,
            sum(
                case when component = 'profile' then points else 0 end
            ) as profile_points,
            sum(
                case when component = 'engagement' then points else 0 end
            ) as engagement_points
        from contact_points
        where coalesce(model, 'default') = 'default'
        group by contact_id
    ),
    subjects as (
        select
            contacts.contact_id,
            contacts.account_id,
            coalesce(
                accounts.is_excluded, lead_fits.excluding_vectors is not null
            ) as is_excluded,
            case
                when accounts.account_id is not null
                then accounts.fit_score
                else lead_fits.fit_score
            end as company_fit_score,
            cast(coalesce(points.profile_points, 0) as decimal(9, 2)) as profile_points,
            cast(
                coalesce(points.engagement_points, 0) as decimal(9, 2)
            ) as engagement_points,
            cast(coalesce(accounts.intent_points, 0) as decimal(9, 2)) as intent_points,
            cast(null as double) as propensity
        from contacts
        left join accounts on contacts.account_id = accounts.account_id
        left join lead_fits on contacts.contact_id = lead_fits.contact_id
        left join points on contacts.contact_id = points.contact_id
    ),
    -- Who somebody is adds to what their company is.
    profiled as (
        select
            *,
            {{ held_to_100("coalesce(company_fit_score, 0) + profile_points") }}
            as fit_score
        from subjects
    ),
    scored as ({{ overall_scores("profiled") }})
select *
from scored
