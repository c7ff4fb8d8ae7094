with
    scored as (select * from {{ ref("int_accounts__scored") }}),
    vector_matches as (
        select * from {{ ref("int_accounts__vector_matches") }} where contribution <> 0
    ),
    account_points as (
        select *
        from {{ ref("int_account_points") }}
        where points <> 0 and coalesce(model, 'default') = 'default'
    ),
    vectors as (select vector_id, definition from {{ ref("icp_vectors") }}),
    rules as (
        select rule_id, min(description) as description
        from {{ ref("scoring_rules") }}
        group by rule_id
    ),
    factors as (
        select
            scored.account_id,
            'fit' as component,
            vector_matches.vector_id as factor_id,
            vectors.definition as factor,
            cast(vector_matches.contribution as decimal(9, 2)) as points,
            cast(null as bigint) as event_count,
            cast(null as timestamp) as last_event_at,
            cast(vector_matches.contribution as double)
            * scored.fit_share as exact_contribution,
            scored.overall_score
        from scored
        inner join vector_matches on scored.account_id = vector_matches.account_id
        inner join vectors on vector_matches.vector_id = vectors.vector_id
        where scored.fit_score is not null
        union all
        select
            scored.account_id,
            account_points.component,
            account_points.rule_id as factor_id,
            rules.description as factor,
            account_points.points,
            account_points.event_count,
            account_points.last_event_at,
            -- Points above 100 are not counted: each rule keeps its part of what is.
            cast(account_points.points as double) * case
                account_points.component
                when 'engagement'
                then
                    scored.engagement_weight
                    * scored.engagement_score
                    / nullif(scored.engagement_points, 0)
                else
                    scored.intent_weight
                    * scored.intent_score
                    / nullif(scored.intent_points, 0)
            end
            * scored.interest_score
            / nullif(scored.uncapped_interest, 0)
            * scored.interest_share as exact_contribution,
            scored.overall_score
        from scored
        inner join account_points on scored.account_id = account_points.account_id
        inner join rules on account_points.rule_id = rules.rule_id
    ),
    cumulated as (
        select
            *,
            round(
                sum(coalesce(exact_contribution, 0)) over (
                    partition by account_id
                    order by component, factor_id
                    rows unbounded preceding
                ),
                2
            ) as contribution_up_to_here,
            row_number() over (
                partition by account_id order by component desc, factor_id desc
            )
            = 1 as is_last
        from factors
    ),
    -- Rounded cumulatively, and the last one to the score itself, so that the cents
    -- add up.
    levelled as (
        select
            *,
            cast(
                case
                    when is_last then overall_score else contribution_up_to_here
                end as decimal(7, 2)
            ) as level
        from cumulated
    ),
    final as (
        select
            account_id,
            component,
            factor_id,
            factor,
            points,
            cast(
                level - coalesce(
                    lag(level) over (
                        partition by account_id order by component, factor_id
                    ),
                    0
                ) as decimal(7, 2)
            ) as contribution,
            event_count,
            last_event_at
        from levelled
    )
select *
from final
