with
    accounts as (select * from {{ ref("dim_accounts") }}),
    tiers as (select * from {{ ref("account_tiers") }}),
    scores as (select * from {{ ref("account_scores") }}),
    stages as (select * from {{ ref("account_stages") }}),
    signals as (select * from {{ ref("int_account_signals") }}),
    users as (select * from {{ ref("dim_users") }}),
    contacts as (select * from {{ ref("dim_contacts") }}),
    best_contacts as (
        select
            account_id,
            {{
                first_value_by(
                    "trim(case when seniority in ('C-Level', 'VP', 'Director') then seniority || ' ' || job_function else title end)",
                    "case seniority when 'C-Level' then 1 when 'VP' then 2 when 'Director' then 3 when 'Manager' then 4 else 5 end",
                )
            }}
            as best_contact
        from contacts
        where account_id is not null and not is_opted_out and email is not null
        group by account_id
    ),
    final as (
        select
            accounts.account_id,
            accounts.owner_user_id,
            accounts.account_name,
            accounts.domain,
            accounts.country_code,
            accounts.industry,
            accounts.account_type,
            accounts.employee_count,
            users.user_name as owner_name,
            users.email as owner_email,
            best_contacts.best_contact,
            accounts.crm_url,
            tiers.tier,
            scores.priority,
            scores.grade,
            stages.stage,
            scores.last_intent_topic,
            accounts.is_customer,
            coalesce(scores.is_hot, false) as is_hot,
            coalesce(signals.has_open_opportunity, false) as has_open_opportunity,
            tiers.fit_score,
            scores.overall_score,
            scores.engagement_score,
            scores.intent_score,
            cast(signals.surging_topic_count as integer) as surging_topic_count,
            signals.last_engaged_date
        from accounts
        left join tiers on accounts.account_id = tiers.account_id
        left join scores on accounts.account_id = scores.account_id
        left join stages on accounts.account_id = stages.account_id
        left join signals on accounts.account_id = signals.account_id
        left join users on accounts.owner_user_id = users.user_id
        left join best_contacts on accounts.account_id = best_contacts.account_id
    )
select *
from final
