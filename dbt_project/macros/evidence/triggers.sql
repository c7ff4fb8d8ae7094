{#-
Did one tier win more than another, on each day for as long as the rule's lasting_days, over the window that ended on
that day? One row: is_raised, observed. Quiet while either tier has fewer deals than minimum_deals.
-#}
{% macro tier_beats(trigger_id, winner, loser) %}
    select
        rules.trigger_id,
        count(*) = max(rules.lasting_days) + 1
        and bool_and(
            coalesce(
                daily.winner_closed >= rules.minimum_deals
                and daily.loser_closed >= rules.minimum_deals
                and daily.winner_won / cast(daily.winner_closed as double)
                > daily.loser_won / cast(daily.loser_closed as double)
                + rules.threshold,
                false
            )
        ) as is_raised,
        max(
            case
                when daily.days_ago = 0
                then
                    '{{ winner }} '
                    || daily.winner_won
                    || ' of '
                    || daily.winner_closed
                    || ' won, {{ loser }} '
                    || daily.loser_won
                    || ' of '
                    || daily.loser_closed
            end
        ) as observed
    from rules
    inner join
        (
            select
                days.days_ago,
                sum(
                    case when deals.tier = '{{ winner }}' then 1 else 0 end
                ) as winner_closed,
                sum(
                    case
                        when deals.tier = '{{ winner }}' and deals.is_won then 1 else 0
                    end
                ) as winner_won,
                sum(
                    case when deals.tier = '{{ loser }}' then 1 else 0 end
                ) as loser_closed,
                sum(
                    case
                        when deals.tier = '{{ loser }}' and deals.is_won then 1 else 0
                    end
                ) as loser_won
            from days
            cross join rules as windows
            left join
                deals
                on windows.trigger_id = '{{ trigger_id }}'
                and {{ dbt.datediff("deals.close_date", as_of_date(), "day") }}
                between days.days_ago and days.days_ago + windows.window_days
            where windows.trigger_id = '{{ trigger_id }}'
            group by days.days_ago
        ) as daily
        on daily.days_ago <= rules.lasting_days
    where rules.trigger_id = '{{ trigger_id }}'
    group by rules.trigger_id
{% endmacro %}

{#- 0, 1, 2, ... days. -#}
{% macro days_back(count) %}
    {%- for day in range(count + 1) %}
        select {{ day }} as days_ago
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
{% endmacro %}

{#- One trigger from a CTE of one row. -#}
{% macro seen(trigger_id, relation, is_raised, observed) %}
    select
        rules.trigger_id,
        coalesce({{ is_raised }}, false) as is_raised,
        {{ observed }} as observed
    from rules
    cross join {{ relation }}
    where rules.trigger_id = '{{ trigger_id }}'
{% endmacro %}

{#- Median amount won in the window of trigger valuation_drift, and in the window before it. -#}
{% macro won_amounts(deals) %}
    select
        {{ median_of("case when age_days <= window_days then amount_usd end") }}
        as recent_usd,
        {{ median_of("case when age_days > window_days then amount_usd end") }}
        as earlier_usd,
        count(case when age_days <= window_days then 1 end) as recent_count,
        count(case when age_days > window_days then 1 end) as earlier_count
    from
        (
            select
                deals.amount_usd,
                rules.window_days,
                {{ dbt.datediff("deals.close_date", as_of_date(), "day") }} as age_days
            from {{ deals }} as deals
            inner join rules on rules.trigger_id = 'valuation_drift'
            where deals.is_won
        ) as won
    where age_days <= 2 * window_days
{% endmacro %}

{#- One row: what flipping the two best tiers would mean, in scores of the thresholds. -#}
{% macro flipped_tiers(thresholds) %}
    select
        'Tier 1 from '
        || max(case when tier = 'T2' then minimum_score end)
        || ' to below '
        || max(case when tier = 'T1' then minimum_score end)
        || ', Tier 2 from there on, Tier 3 below' as proposal
    from {{ thresholds }}
{% endmacro %}
