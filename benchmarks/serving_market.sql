-- {accounts} accounts, ten people and ten activities each, in the marts that the pages read; rows lie in no order, as a
-- build leaves them. Every number can be worked out from the account's number and the publication's version.
create or replace temp macro mixed(number) as (number * 7919) % {accounts};
create or replace temp macro account_key(number) as 'acc_' || left(md5('account ' || number), 16);
create or replace temp table companies as
select
    number, account_key(number) as account_id,
    case when number = 4711 % {accounts} then 'Globex Corporation' else
        ['Northern', 'Blue', 'Apex', 'Silver', 'Union', 'Delta', 'Prime', 'Cedar'][1 + (hash(number) % 8)::int] || ' '
        || ['Energy', 'Foods', 'Systems', 'Logistics', 'Health', 'Media', 'Works', 'Capital'][1 + (hash(number, 1) % 8)::int]
        || ' ' || number
    end as account_name,
    ['US', 'GB', 'DE', 'FR', 'BR'][1 + (hash(number, 2) % 5)::int] as country_code,
    ['Technology', 'Finance', 'Healthcare', 'Retail', 'Government'][1 + (hash(number, 3) % 5)::int] as industry,
    10 + (hash(number, 5) % 10000)::bigint as employee_count
from (select mixed(range) as number from range({accounts}));
insert into marts.dim_accounts by name
select
    account_id, account_name, lower(replace(account_name, ' ', '')) || '.example' as domain, country_code, industry,
    employee_count, (employee_count * 180000)::decimal(18, 2) as annual_revenue_usd,
    account_id as domestic_ultimate_account_id, account_id as global_ultimate_account_id, account_id as public_id,
    'https://www.' || number || '.example' as website, 'usr_' || number % 200 as owner_user_id, number % 12 = 0 as is_customer,
    false as is_branch, false as is_us_public_sector, false as has_prevent_override, 1 as record_count,
    1 as crm_record_count, 0.9 as completeness_score, timestamp '2025-01-01' as created_at
from companies;
insert into marts.account_stages by name
select
    account_id, 'engaged' as stage, 'Engaged' as label, 2 as position, 'rule' as cause, 'score' as reason,
    0 as mql_count, 30 as days_in_stage, timestamp '2026-01-01' as changed_at
from companies;
insert into marts.dim_contacts by name
select
    'per_' || left(md5('person ' || number), 16) as contact_id, account_key(mixed(number % {accounts})) as account_id,
    'Person ' || number as full_name, 'person' || number || '@company.example' as email,
    ['Chief Data Officer', 'VP Engineering', 'Data Engineer', 'Buyer'][1 + (hash(number) % 4)::int] as title,
    ['C-Level', 'VP', 'Senior', 'Staff'][1 + (hash(number) % 4)::int] as seniority, 'Engineering' as job_function,
    'per_' || left(md5('person ' || number), 16) as public_id, 'salesforce' as source, false as is_opted_out,
    false as is_lead_only, false as is_being_sequenced, false as has_moved, 3 as email_open_count, 1 as record_count,
    timestamp '2025-01-01' as created_at
from (select mixed(range % {accounts}) + range // {accounts} * {accounts} as number from range({accounts} * 10));
insert into marts.fct_activities by name
select
    'act_' || number as activity_id, account_key(mixed(number % {accounts})) as account_id,
    'per_' || left(md5('person ' || number), 16) as contact_id, 'usr_1' as owner_user_id,
    ['Web Visit', 'Email Open', 'Email Click', 'Form Submission', 'Sales Call', 'Meeting'][1 + (hash(number, 6) % 6)::int] as activity_type,
    case when number % 9973 = 0 then 'Spoke about the Globex project'
    else ['Visited the page on pricing', 'Opened the newsletter of the month', 'Asked for a demonstration of the product'][1 + (hash(number, 7) % 3)::int]
        || ' ' || number
    end as subject,
    true as is_engagement, 'marketo' as source, 'Activity' as source_object,
    timestamp '2026-11-01' - to_minutes((hash(number, 8) % 1000000)::int) as occurred_at
from (select mixed(range % {accounts}) + range // {accounts} * {accounts} as number from range({accounts} * 10));
insert into marts.fct_opportunities by name
select
    'opp_' || number as opportunity_id, account_id, 'Deal ' || number as opportunity_name, 'Negotiation' as stage,
    number % 4 = 0 as is_closed, number % 8 = 0 as is_won, (1000 + number % 90000)::decimal(18, 2) as amount_usd,
    2 as contact_count, timestamp '2026-01-01' as created_at, 'salesforce' as source
from companies where number % 2 = 0;
