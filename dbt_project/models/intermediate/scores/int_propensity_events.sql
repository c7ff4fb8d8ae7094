-- Leads are left out: one that was converted is always linked to its account, another
-- only where its company is recognised, so their number would tell of the conversion.
with
    activities as (select * from {{ ref("fct_activities") }}),
    kinds as (select * from {{ ref("int_activity_kinds") }}),
    counted as (select * from {{ ref("propensity_events") }}),
    intent_signals as (select * from {{ ref("fct_intent_signals") }}),
    final as (
        select
            activities.account_id,
            case
                when kinds.content_type = 'Buying page'
                then 'Buying page'
                else counted.kind
            end as kind,
            cast(null as double) as value,
            activities.occurred_at as happened_at
        from activities
        inner join counted on activities.activity_type = counted.activity_type
        left join
            kinds
            on activities.activity_type is not distinct from kinds.activity_type
            and activities.subject is not distinct from kinds.subject
            and activities.source is not distinct from kinds.source
            and activities.is_engagement is not distinct from kinds.is_engagement
        where activities.account_id is not null
        union all
        -- A week's surge is known when the week is over.
        select
            account_id,
            'Intent' as kind,
            (score - 55) / 10 as value,
            cast(week_date as timestamp) + interval 7 day as happened_at
        from intent_signals
        where account_id is not null and score is not null
    )
select *
from final
