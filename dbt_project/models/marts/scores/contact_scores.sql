with
    scored as (select * from {{ ref("int_contacts__scored") }}),
    outcomes as ({{ score_outcomes(ref("int_contacts__scored")) }}),
    final as (
        select
            scored.contact_id,
            scored.account_id,
            scored.overall_score,
            scored.fit_score,
            scored.company_fit_score,
            scored.engagement_score,
            scored.intent_score,
            scored.interest_score,
            scored.propensity,
            case
                when scored.is_excluded then 'Low' else outcomes.priority
            end as priority,
            outcomes.grade,
            coalesce(outcomes.is_hot, false) and not scored.is_excluded as is_hot,
            scored.profile_points,
            scored.engagement_points,
            cast(
                scored.profile_points + scored.engagement_points as decimal(9, 2)
            ) as raw_points,
            scored.model_version,
            cast({{ as_of_date() }} as timestamp) as scored_at
        from scored
        left join outcomes on scored.overall_score = outcomes.overall_score
    )
select *
from final
