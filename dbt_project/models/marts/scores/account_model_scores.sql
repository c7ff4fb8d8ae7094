{% set models = ["default", "pql"] %}
with
    scored as (select * from {{ ref("int_accounts__scored") }}),
    points as (select * from {{ ref("int_account_points") }}),
    {%- for model in models %}
        subjects_{{ model }} as (
            select
                scored.account_id,
                scored.fit_score,
                scored.propensity,
                cast(
                    coalesce(
                        sum(
                            case
                                when points.component = 'engagement' then points.points
                            end
                        ),
                        0
                    ) as decimal(9, 2)
                ) as engagement_points,
                cast(
                    coalesce(
                        sum(
                            case when points.component = 'intent' then points.points end
                        ),
                        0
                    ) as decimal(9, 2)
                ) as intent_points
            from scored
            left join
                points
                on scored.account_id = points.account_id
                and coalesce(points.model, '{{ model }}') = '{{ model }}'
            group by scored.account_id, scored.fit_score, scored.propensity
        ),
    {%- endfor %}
    final as (
        {%- for model in models %}
            select
                account_id,
                '{{ model }}' as model,
                overall_score,
                engagement_score,
                intent_score,
                model_version
            from
                ({{ overall_scores("subjects_" ~ model, model) }}) as scores_{{ model }}
            where overall_score is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )
select *
from final
