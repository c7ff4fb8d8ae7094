{{ config(materialized="view") }}
-- The questions of the first cycle, asked of the deals closed within 90 days, each
-- judged by the tier as of the day the deal was opened.
with
    deals as (
        select *
        from {{ ref("deal_tiers") }}
        where
            close_date > cast({{ dbt.dateadd("day", -90, as_of_date()) }} as date)
            and close_date <= {{ as_of_date() }}
    ),
    settings as (
        select max(value) as sample_floor
        from {{ ref("evidence_settings") }}
        where setting = 'sample_floor'
    ),
    buyers as (
        select distinct roles.opportunity_id
        from {{ ref("stg_salesforce__opportunity_contact_roles") }} as roles
        inner join
            {{ ref("person_records") }} as records
            on roles.salesforce_contact_id = records.record_id
            and records.source = 'salesforce'
            and records.object = 'Contact'
        inner join
            {{ ref("contact_personas") }} as personas
            on records.contact_id = personas.contact_id
        where not roles.is_deleted and personas.persona_tier in ('P1', 'P2')
    ),
    measured as (
        select
            deals.tier,
            count(*) as closed_count,
            sum(case when deals.is_won then 1 else 0 end) as won_count,
            avg(case when deals.is_won then 1.0 else 0.0 end) as win_ratio,
            avg(
                case when deals.is_won then deals.sales_cycle_days end
            ) as mean_cycle_days,
            avg(
                case
                    when deals.is_won
                    then case when buyers.opportunity_id is null then 0.0 else 1.0 end
                end
            ) as expected_buyer_ratio
        from deals
        left join buyers on deals.opportunity_id = buyers.opportunity_id
        group by deals.tier
    ),
    asked as (
        {%- for question, figure, number, text in [
            (
                "converts_strongest",
                "win_ratio",
                "closed_count",
                "Does Tier 1 convert strongest?",
            ),
            (
                "closes_fastest",
                "mean_cycle_days",
                "won_count",
                "Does Tier 1 take the least time to close?",
            ),
            (
                "expected_people_buy",
                "expected_buyer_ratio",
                "won_count",
                "Are Tier 1 personas in most of the deals that Tier 1 wins?",
            ),
        ] %}
            select
                '{{ question }}' as question_id,
                '{{ text }}' as question,
                {%- for tier in ["T1", "T2", "T3"] %}
                    max(
                        case when tier = '{{ tier }}' then {{ figure }} end
                    ) as {{ tier | lower }}_value,
                {%- endfor %}
                sum(case when tier = 'T1' then {{ number }} else 0 end) as t1_deal_count
            from measured {{ "union all" if not loop.last }}
        {%- endfor %}
    ),
    final as (
        select
            asked.question_id,
            asked.question,
            case
                when coalesce(asked.t1_deal_count, 0) < settings.sample_floor
                then 'too few deals'
                when asked.question_id = 'expected_people_buy'
                then case when asked.t1_value >= 0.5 then 'yes' else 'no' end
                when asked.question_id = 'closes_fastest'
                then
                    case
                        when
                            asked.t1_value <= coalesce(asked.t2_value, asked.t1_value)
                            and asked.t1_value
                            <= coalesce(asked.t3_value, asked.t1_value)
                        then 'yes'
                        else 'no'
                    end
                when
                    asked.t1_value > coalesce(asked.t2_value, 0)
                    and asked.t1_value > coalesce(asked.t3_value, 0)
                then 'yes'
                else 'no'
            end as answer,
            cast(coalesce(asked.t1_deal_count, 0) as bigint) as t1_deal_count,
            cast(asked.t1_value as double) as t1_value,
            cast(asked.t2_value as double) as t2_value,
            cast(asked.t3_value as double) as t3_value
        from asked
        cross join settings
    )
select *
from final
