-- A synthetic market of {accounts} accounts, ten people and a hundred activities each, as the scoring models read it.
create or replace temp macro lot(value, salt, size) as (hash(value, salt) % size)::bigint;
create schema if not exists intermediate;
create schema if not exists marts;
create or replace table intermediate.int_accounts as
select
    'acc_' || i as account_id, 'acc_' || i as salesforce_account_id, null::varchar as parent_account_id,
    'acc_' || (i - i % 3) as domestic_ultimate_account_id, 'acc_' || (i - i % 3) as global_ultimate_account_id,
    'company' || i || '.example' as domain, 'Company ' || i as account_name,
    case when lot(i, 1, 20) = 0 then null else 'usr_' || lot(i, 2, 200) end as owner_user_id,
    ['Technology', 'Finance', 'Healthcare', 'Retail', 'Government'][1 + lot(i, 3, 5)] as industry,
    ['US', 'GB', 'DE', 'FR', 'BR'][1 + lot(i, 4, 5)] as country_code,
    (10 + pow(lot(i, 5, 100), 2))::bigint as employee_count, (lot(i, 6, 100000) * 1000)::decimal(18, 2) as annual_revenue_usd,
    ['Snowflake', 'dbt'] as technologies, 2000 as founded_year, lot(i, 7, 12) = 0 as is_customer, false as is_branch,
    0 as hierarchy_level, (lot(i, 8, 100)) / 100.0::double as completeness_score,
    timestamp '2022-01-01' + to_days((lot(i, 9, 900))::integer) as created_at
from range({accounts}) as numbers(i);
create or replace table marts.dim_accounts as from intermediate.int_accounts;
create or replace table intermediate.int_account_segments as
select account_id, case when employee_count >= 1000 then 'enterprise' when employee_count >= 200 then 'mid_market' else 'small_business' end as segment
from intermediate.int_accounts;
create or replace table intermediate.int_accounts__vector_matches as
select account_id, vector_id, 'score' as effect, 'zero' as missing_policy, is_match, false as is_missing, false as is_left_out,
    25::decimal(9, 4) as weight, 25::decimal(5, 2) as share, (case when is_match then 25 else 0 end)::decimal(5, 2) as contribution,
    'x' as observed_value
from (
    select account_id, vector_id, lot(account_id, vector_id, 100) < 55 as is_match
    from intermediate.int_accounts cross join (select unnest(['target_industry', 'company_size', 'target_country', 'runs_snowflake']) as vector_id)
);
create or replace table intermediate.int_accounts__fit as
select account_id, sum(contribution)::decimal(5, 2) as fit_score, null::varchar as blocking_vectors,
    case when lot(account_id, 10, 25) = 0 then 'public_sector' end as excluding_vectors
from intermediate.int_accounts__vector_matches group by account_id;
create or replace table intermediate.int_contacts as
select 'per_' || i as contact_id, case when i % 50 = 0 then null else 'acc_' || (i % {accounts}) end as account_id,
    null::varchar as salesforce_lead_id, 'Person ' || i as full_name, case when lot(i, 11, 9) > 0 then 'p' || i || '@company.example' end as email,
    'Title' as title, ['C-Level', 'VP', 'Director', 'Manager', 'Senior', 'Staff', null][1 + lot(i, 12, 7)] as seniority,
    ['Finance', 'Engineering', 'Sales', 'Marketing', 'Operations', null][1 + lot(i, 13, 6)] as job_function,
    'US' as country_code, lot(i, 14, 30) = 0 as is_opted_out
from range({accounts} * 10) as numbers(i);
create or replace table marts.fct_activities as
with drawn as (
    select i, lot(i, 21, 1000000007) as h, ((lot(i, 22, 1000000)) / 1000000.0) ** 3 as skew from range({accounts} * 100) as numbers(i)
),
placed as (
    select i, h, (lot(i, 25, 780)) as days, case when h % 40 = 0 then null else (skew * {accounts} * 10)::bigint end as person,
        (skew * {accounts} * 10)::bigint % {accounts} as company
    from drawn
)
select 'act_' || i as activity_id, case when person % 50 = 0 then null else 'acc_' || company end as account_id,
    'per_' || person as contact_id, 'usr_1' as owner_user_id,
    ['Web Visit', 'Web Visit', 'Web Visit', 'Email Sent', 'Email Delivered', 'Email Open', 'Email Click', 'Form Submission', 'Sales Call', 'Meeting'][1 + h % 10] as activity_type,
    ['/pricing', '/home', '/blog/a', '/product/security', '/demo', 'White Paper', '/careers', '/docs', '/about', '/product/integrations'][1 + lot(i, 23, 10)]
    || case when lot(i, 24, 3) = 0 then '?v=' || lot(i, 24, 50) else '' end as subject,
    null::varchar as details, h % 10 not in (3, 4) as is_engagement, 'marketo' as source, 'Activity' as source_object,
    timestamp '{today}' - to_days(days::integer) - to_seconds((h % 80000)::integer) as occurred_at
from placed;
create or replace table marts.fct_intent_signals as
select 'sig_' || i as intent_signal_id, 'acc_' || lot(i, 31, {accounts}) as account_id, 'Topic ' || lot(i, 32, 12) as topic,
    'bombora' as provider, (lot(i, 33, 101))::double as score, (lot(i, 34, 61))::double - 30 as score_delta,
    (date_trunc('week', date '{today}') - to_days(7 * (lot(i, 35, 40))::integer))::date as week_date
from range({accounts} * 5) as numbers(i)
qualify row_number() over (partition by account_id, topic, week_date order by i) = 1;
create or replace table intermediate.int_opportunities as
select 'opp_' || i as opportunity_id, 'acc_' || lot(i, 41, {accounts}) as account_id, lot(i, 42, 10) > 0 as is_closed,
    lot(i, 42, 10) > 6 as is_won, created_at, case when lot(i, 42, 10) > 0 then created_at::date + 60 end as close_date
from (select i, timestamp '{today}' - to_days((61 + lot(i, 43, 700))::integer) as created_at from range({accounts} // 2) as numbers(i));
