{% set attributes = {
    "segment": "coalesce(segments.segment, 'default')",
    "industry": "accounts.industry",
    "country_code": "accounts.country_code",
    "outcome": "case when signals.won_opportunity_count > 0 then 'won' else 'not won' end",
} %}
with
    accounts as (
        select
            scores.account_id,
            scores.overall_score,
            scores.is_hot,
            signals.won_opportunity_count > 0 as is_won,
            {%- for attribute, expression in attributes.items() %}
                {{ expression }} as {{ attribute }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ ref("account_scores") }} as scores
        inner join
            {{ ref("dim_accounts") }} as accounts
            on scores.account_id = accounts.account_id
        inner join
            {{ ref("int_account_signals") }} as signals
            on scores.account_id = signals.account_id
        left join
            {{ ref("int_account_segments") }} as segments
            on scores.account_id = segments.account_id
    ),
    totals as (
        select
            count(*) as account_count,
            sum(case when is_hot then 1 else 0 end) as hot_count
        from accounts
    ),
    counted as (
        {%- for attribute in attributes %}
            select
                '{{ attribute }}' as attribute,
                coalesce({{ attribute }}, 'unknown') as attribute_value,
                count(*) as account_count,
                sum(case when is_won then 1 else 0 end) as won_count,
                sum(case when is_hot then 1 else 0 end) as hot_count,
                avg(cast(overall_score as double)) as average_score
            from accounts
            group by coalesce({{ attribute }}, 'unknown')
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )
select
    counted.attribute,
    counted.attribute_value,
    counted.account_count,
    cast(counted.won_count as bigint) as won_count,
    cast(counted.hot_count as bigint) as hot_count,
    counted.won_count / cast(counted.account_count as double) as conversion_ratio,
    counted.account_count / cast(totals.account_count as double) as account_ratio,
    counted.hot_count / cast(nullif(totals.hot_count, 0) as double) as hot_ratio,
    counted.average_score
from counted
cross join totals
