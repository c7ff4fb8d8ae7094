with
    accounts as (select * from {{ ref("int_accounts") }}),
    fits as (select * from {{ ref("int_accounts__fit") }}),
    account_points as (select * from {{ ref("int_account_points") }}),
    propensities as (select * from {{ ref("stg_ml__propensity_scores") }}),
    points as (
        select
            account_id,
            sum(
                case when component = 'engagement' then points else 0 end
            ) as engagement_points,
            sum(case when component = 'intent' then points else 0 end) as intent_points
        from account_points
        where coalesce(model, 'default') = 'default'
        group by account_id
    ),
    subjects as (
        select
            accounts.account_id,
            fits.fit_score,
            fits.excluding_vectors is not null as is_excluded,
            cast(
                coalesce(points.engagement_points, 0) as decimal(9, 2)
            ) as engagement_points,
            cast(coalesce(points.intent_points, 0) as decimal(9, 2)) as intent_points,
            propensities.propensity
        from accounts
        left join fits on accounts.account_id = fits.account_id
        left join points on accounts.account_id = points.account_id
        left join propensities on accounts.account_id = propensities.account_id
    ),
    scored as ({{ overall_scores("subjects") }})
select *
from scored
