with
    cohorts as (select * from {{ ref("stg_ml__propensity_cohorts") }}),
    models as (select * from {{ ref("stg_ml__propensity_models") }})
select
    cohorts.model_version,
    cohorts.family,
    cohorts.cohort,
    models.decision,
    cohorts.family = models.family as is_champion,
    cohorts.examples,
    cohorts.outcomes,
    cohorts.auc,
    cohorts.auc_low,
    cohorts.auc_high,
    cohorts.pr_auc,
    cohorts.brier,
    cohorts.brier_skill,
    cohorts.ece,
    cohorts.top20_share,
    cohorts.band_ratio,
    models.trained_at
from cohorts
inner join models on cohorts.model_version = models.model_version
