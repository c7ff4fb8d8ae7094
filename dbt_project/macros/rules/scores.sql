{#-
Component scores and the overall score of accounts or contacts, by one model of seed score_models.

relation  one row per subject with: fit_score (0..100 or null), engagement_points, intent_points (raw, any sign),
          propensity (0..1 or null); every column of it is passed through

engagement_score and intent_score are the points held to 0..100, null when switched off; interest is their weighted sum
up to 100. overall is the weighted mean of the components that are on: unknown fit counts as 0, unknown propensity
abstains (its weight is shared out). *_share say how much of one component point reaches the overall score.
-#}
{% macro overall_scores(relation, model="default") %}
    with
        weights as (
            select
                {{ weight_of("engagement") }} as engagement_weight,
                {{ weight_of("intent") }} as intent_weight,
                {{ weight_of("fit") }} as fit_weight,
                {{ weight_of("interest") }} as interest_weight,
                {{ weight_of("propensity") }} as propensity_weight,
                max(version) as model_version
            from {{ ref("score_models") }}
            where model = '{{ model }}' and is_enabled
        ),
        components as (
            select
                subjects.*,
                weights.model_version,
                weights.engagement_weight,
                weights.intent_weight,
                weights.fit_weight,
                case
                    when weights.engagement_weight + weights.intent_weight > 0
                    then weights.interest_weight
                    else 0
                end as interest_weight,
                case
                    when subjects.propensity is null
                    then 0
                    else weights.propensity_weight
                end as propensity_weight,
                case
                    when weights.engagement_weight > 0
                    then {{ held_to_100("subjects.engagement_points") }}
                end as engagement_score,
                case
                    when weights.intent_weight > 0
                    then {{ held_to_100("subjects.intent_points") }}
                end as intent_score
            from {{ relation }} as subjects
            cross join weights
        ),
        interested as (
            select
                *,
                engagement_weight * coalesce(engagement_score, 0)
                + intent_weight * coalesce(intent_score, 0) as uncapped_interest,
                fit_weight + interest_weight + propensity_weight as total_weight
            from components
        ),
        combined as (
            select
                *,
                {{ held_to_100("uncapped_interest") }} as interest_score,
                fit_weight / nullif(total_weight, 0) as fit_share,
                interest_weight / nullif(total_weight, 0) as interest_share,
                propensity_weight / nullif(total_weight, 0) as propensity_share
            from interested
        )
    select
        *,
        cast(
            round(
                (
                    fit_weight * coalesce(fit_score, 0)
                    + interest_weight * interest_score
                    + propensity_weight
                    * coalesce(cast(100 * propensity as decimal(7, 4)), 0)
                )
                / nullif(total_weight, 0),
                2
            ) as decimal(5, 2)
        ) as overall_score
    from combined
{% endmacro %}

{#- As narrow as the seed's column: arithmetic on sums, which are 38 digits wide, costs several times as much. -#}
{% macro weight_of(component) -%}
    cast(
        coalesce(
            sum(case when component = '{{ component }}' then weight end), 0
        ) as decimal(9, 4)
    )
{%- endmacro %}

{% macro held_to_100(points) -%}
    cast(least(100, greatest(0, {{ points }})) as decimal(5, 2))
{%- endmacro %}

{#-
Outcomes of seed score_thresholds by overall_score: one row per distinct score of the relation, one column per
threshold set (the first matching outcome by priority). There are at most 10,001 scores, so millions of subjects cost
no more than a few.
-#}
{% macro score_outcomes(relation) %}
    with
        thresholds as (
            select threshold_set || ': ' || outcome as threshold_id, *
            from {{ ref("score_thresholds") }}
            where attribute = 'overall_score'
        ),
        conditions as ({{ rule_conditions("thresholds", "threshold_id") }}),
        distinct_scores as (
            select distinct overall_score
            from {{ relation }}
            where overall_score is not null
        ),
        facts as (
            {{
                rule_facts(
                    "distinct_scores",
                    "overall_score",
                    {"overall_score": "number"},
                    "conditions",
                )
            }}
        ),
        matches as ({{ rule_matches("facts", "conditions", is_single=true) }}),
        first_matches as (
            select
                matches.entity_id as overall_score,
                thresholds.threshold_set,
                {{ first_value_by("thresholds.outcome", "thresholds.priority") }}
                as outcome
            from matches
            inner join thresholds on matches.rule_id = thresholds.threshold_id
            where matches.is_match
            group by matches.entity_id, thresholds.threshold_set
        )
    select
        overall_score,
        max(case when threshold_set = 'priority' then outcome end) as priority,
        max(case when threshold_set = 'grade' then outcome end) as grade,
        max(case when threshold_set = 'hot' then outcome end) is not null as is_hot
    from first_matches
    group by overall_score
{% endmacro %}

{#- Classes of a probability, seed score_thresholds set propensity: each from its least probability on. -#}
{% macro propensity_classes() %}
    select outcome, priority, {{ cast_or_null("value", "double") }} as least
    from {{ ref("score_thresholds") }}
    where threshold_set = 'propensity'
{% endmacro %}
