{% set profile = {
    "industry": "text",
    "country_code": "text",
    "employee_count": "number",
    "annual_revenue_usd": "number",
} %}
-- Invented people, scored by the very rules, vectors, weights and thresholds that
-- score the real ones.
with
    profiles as (
        select
            *,
            profile as contact_id,
            cast(null as {{ dbt.type_string() }}) as account_id,
            cast(null as boolean) as is_opted_out,
            industry as account_industry,
            employee_count as account_employee_count
        from {{ ref("golden_profiles") }}
    ),
    activities as (
        select
            cast(null as {{ dbt.type_string() }}) as account_id,
            profile as contact_id,
            activity_type,
            subject,
            'golden_profiles' as source,
            true as is_engagement,
            cast(
                {{ dbt.dateadd("day", "-days_ago", as_of_date()) }} as timestamp
            ) as occurred_at
        from {{ ref("golden_profile_activities") }}
    ),
    contents as ({{ kinds_of_activities("activities") }}),
    roles as ({{ roles_of_contacts("profiles") }}),
    activity_points as ({{ points_of_activities("activities", "contents", "roles") }}),
    rule_points as ({{ points_of_contacts("profiles", "activity_points") }}),
    used as (select attribute from {{ ref("icp_vectors") }}),
    facts as (
        {{ rule_facts("profiles", "contact_id", profile, "used") }}
        union all
        {{ unknown_facts("profiles", "contact_id", profile, "used") }}
    ),
    matches as ({{ vector_matches("facts") }}),
    fits as ({{ fit_of_matches("matches", "entity_id") }}),
    points as (
        select
            contact_id,
            sum(
                case when component = 'profile' then points else 0 end
            ) as profile_points,
            sum(
                case when component = 'engagement' then points else 0 end
            ) as engagement_points
        from rule_points
        where coalesce(model, 'default') = 'default'
        group by contact_id
    ),
    subjects as (
        select
            profiles.profile,
            profiles.segment,
            profiles.is_expected_mql,
            profiles.expected_points,
            fits.excluding_vectors is not null as is_excluded,
            {{
                held_to_100(
                    "coalesce(fits.fit_score, 0) + coalesce(points.profile_points, 0)"
                )
            }} as fit_score,
            cast(coalesce(points.profile_points, 0) as decimal(9, 2)) as profile_points,
            cast(
                coalesce(points.engagement_points, 0) as decimal(9, 2)
            ) as engagement_points,
            cast(0 as decimal(9, 2)) as intent_points,
            cast(null as double) as propensity
        from profiles
        left join fits on profiles.profile = fits.entity_id
        left join points on profiles.profile = points.contact_id
    ),
    scored as ({{ overall_scores("subjects") }})
select
    scored.profile,
    scored.segment,
    scored.overall_score > thresholds.threshold_score
    and not scored.is_excluded as is_mql,
    scored.is_expected_mql,
    scored.overall_score,
    thresholds.threshold_score,
    scored.fit_score,
    cast(
        scored.profile_points + scored.engagement_points as decimal(9, 2)
    ) as raw_points,
    scored.expected_points,
    scored.model_version
from scored
inner join
    {{ ref("mql_thresholds") }} as thresholds on scored.segment = thresholds.segment
