-- What stage rules may ask of an account or a person. Opportunities and dates beyond
-- the
-- day of the run are not facts yet.
with
    accounts as (select * from {{ ref("int_accounts") }}),
    signals as (select * from {{ ref("int_account_signals") }}),
    scored as (select * from {{ ref("int_accounts__scored") }}),
    contacts as (select * from {{ ref("int_contacts") }}),
    scored_contacts as (select * from {{ ref("int_contacts__scored") }}),
    lead_statuses as (
        select * from {{ ref("int_lead_status_history") }} where is_current
    ),
    segments as (select * from {{ ref("int_account_segments") }}),
    mql_thresholds as (select * from {{ ref("mql_thresholds") }}),
    lead_stages as (select * from {{ ref("lead_status_map") }}),
    activities as (select * from {{ ref("fct_activities") }}),
    last_acts as (
        select
            account_id,
            cast(
                max(case when activity_type = 'Meeting' then occurred_at end) as date
            ) as last_meeting_date,
            cast(
                max(case when activity_type <> 'Meeting' then occurred_at end) as date
            ) as last_click_date
        from activities
        where
            account_id is not null
            and activity_type
            in ('Meeting', 'Email Click', 'Ad Click', 'Campaign Response')
            and occurred_at < {{ dbt.dateadd("day", 1, as_of_date()) }}
        group by account_id
    ),
    final as (
        select
            'accounts:' || accounts.account_id as subject_id,
            'accounts' as entity,
            accounts.account_id as entity_id,
            accounts.account_id,
            scored.overall_score,
            scored.overall_score
            - mql_thresholds.threshold_score as score_above_threshold,
            scored.fit_score,
            scored.intent_score,
            scored.engagement_points,
            cast(signals.won_opportunity_count as integer) as won_opportunity_count,
            accounts.is_customer,
            signals.has_open_opportunity,
            last_acts.last_meeting_date,
            last_acts.last_click_date,
            cast(null as {{ dbt.type_string() }}) as lead_stage,
            cast(null as timestamp) as lead_given_back_at,
            cast(null as timestamp) as lead_given_back_seen_at,
            accounts.domain,
            cast(null as {{ dbt.type_string() }}) as email,
            scored.is_excluded,
            scored.model_version
        from accounts
        inner join scored on accounts.account_id = scored.account_id
        inner join signals on accounts.account_id = signals.account_id
        left join segments on accounts.account_id = segments.account_id
        left join
            mql_thresholds
            on coalesce(segments.segment, 'default') = mql_thresholds.segment
        left join last_acts on accounts.account_id = last_acts.account_id
        union all
        select
            'contacts:' || contacts.contact_id as subject_id,
            'contacts' as entity,
            contacts.contact_id as entity_id,
            contacts.account_id,
            scored_contacts.overall_score,
            null as score_above_threshold,
            scored_contacts.fit_score,
            scored_contacts.intent_score,
            scored_contacts.engagement_points,
            cast(null as integer) as won_opportunity_count,
            cast(null as boolean) as is_customer,
            cast(null as boolean) as has_open_opportunity,
            cast(null as date) as last_meeting_date,
            cast(null as date) as last_click_date,
            lead_stages.stage as lead_stage,
            case
                when lead_stages.is_given_back
                then least(lead_statuses.record_modified_at, lead_statuses.valid_from)
            end as lead_given_back_at,
            -- Whoever was given back before we looked for the first time: no run saw
            -- it.
            case
                when
                    lead_stages.is_given_back
                    and lead_statuses.change_reason <> 'first seen'
                then lead_statuses.valid_from
            end as lead_given_back_seen_at,
            cast(null as {{ dbt.type_string() }}) as domain,
            contacts.email,
            scored_contacts.is_excluded,
            scored_contacts.model_version
        from contacts
        inner join scored_contacts on contacts.contact_id = scored_contacts.contact_id
        left join
            lead_statuses
            on contacts.salesforce_lead_id = lead_statuses.salesforce_lead_id
        left join
            lead_stages on lead_statuses.lead_status = lower(lead_stages.lead_status)
    )
select *
from final
