-- A synthetic sales organisation: {leads} leads of {accounts} accounts, {people} people in sales development over five
-- time zones. Every value follows from the number of its row, so that two runs see the same.
create or replace temp macro lot(value, salt, size) as (hash(value, salt) % size)::bigint;
create schema if not exists staging;
create schema if not exists intermediate;
create schema if not exists marts;

create or replace table staging.stg_salesforce__users as
select
    'U' || lpad(n::text, 5, '0') as user_id,
    case when n = 0 then 'Marketing Integration' else 'Person ' || n end as user_name,
    'person' || n || '@example.com' as username,
    'person' || n || '@example.com' as email,
    null::text as manager_user_id,
    'Sales' as department,
    'Standard' as user_type,
    case
        when n = 0 then null
        when n % 10 = 0 then 'Account Executive'
        when n % 17 = 0 then 'Business Development Representative, US Public Sector'
        when n % 5 = 0 then 'Business Development Representative'
        else 'Sales Development Representative'
    end as title,
    (['America/New_York', 'America/Los_Angeles', 'Europe/London', 'Europe/Berlin', 'Asia/Kolkata'])[n % 5 + 1]
    as time_zone,
    n % 29 <> 28 as is_active
from range({people} + 1) as numbers (n);

create or replace table staging.stg_salesforce__queues as
select 'Q' || row_number() over () as queue_id, name as queue_name, 'Queue' as group_type
from (
    select unnest([
        'Partner Queue', 'Inquiry Queue', 'Recycle Queue', 'Bad Data Queue', 'Ineligible Queue', 'Disqualified Queue',
        'Nurture Queue', 'Default Queue', 'US PubSec Queue'
    ]) as name
) as names;

create or replace table staging.stg_salesforce__campaigns as
select
    'C' || n as campaign_id,
    case when n = 3 then 'Partner - Trial - Self-managed' else 'Campaign ' || n end as campaign_name,
    n % 20 = 0 as has_mdf_funding,
    n % 11 = 0 as has_channel_partner,
    false as is_deleted
from range(200) as numbers (n);

create or replace table staging.stg_salesforce__campaign_members as
select
    'L' || lpad((n // 2)::text, 9, '0') as salesforce_lead_id,
    'C' || lot(n, 1, 200) as campaign_id,
    (['Sent', 'Registered', 'Attended', 'No Show', 'Responded'])[lot(n, 2, 5) + 1] as member_status,
    false as is_deleted
from range(cast({leads} * 0.6 as bigint)) as numbers (n);

create or replace table staging.stg_salesforce__accounts as
select
    'A' || n as salesforce_account_id,
    case when n % 3 = 0 then 'U' || lpad((n % {people} + 1)::text, 5, '0') end as bdr_assigned_user_id,
    case when n % 4 = 0 then 'U' || lpad((n * 7 % {people} + 1)::text, 5, '0') end as sdr_assigned_user_id,
    (['Actively Working', 'Queued', 'Restricted'])[n % 3 + 1] as bdr_prospecting_status,
    n % 50 = 0 as is_us_pubsec,
    false as is_deleted
from range({accounts}) as numbers (n);

create or replace table staging.stg_ml__account_records as
select 'salesforce' as source, 'Account' as object, 'A' || n as record_id, 'acc_' || n as account_id
from range({accounts}) as numbers (n);

create or replace table intermediate.int_accounts as
select
    'acc_' || n as account_id,
    'A' || n as salesforce_account_id,
    (['US', 'DE', 'GB', 'IN', 'FR', 'JP', 'BR', 'XX'])[n % 8 + 1] as country_code,
    null::text as state,
    'company' || n || '.com' as domain,
    'Software' as industry,
    n % 9000 as employee_count,
    cast(n * 1000 as decimal(18, 2)) as annual_revenue_usd,
    n % 10 = 0 as is_customer,
    'U' || lpad((n % {people} + 1)::text, 5, '0') as owner_user_id
from range({accounts}) as numbers (n);

create or replace table marts.account_hierarchies as
select account_id, account_id as level_account_id, owner_user_id as level_owner_user_id, true as is_assignment_level
from intermediate.int_accounts;

create or replace table marts.account_tiers as
select account_id, (['T1', 'T2', 'T3'])[lot(account_id, 1, 3) + 1] as tier from intermediate.int_accounts;

create or replace table staging.stg_ml__lead_accounts as
select 'L' || lpad(n::text, 9, '0') as lead_id, 'acc_' || lot(n, 3, {accounts}) as account_id
from range({leads}) as numbers (n)
where lot(n, 4, 10) < 7;

create or replace table staging.stg_salesforce__leads as
select
    'L' || lpad(n::text, 9, '0') as salesforce_lead_id,
    null::text as master_salesforce_lead_id,
    'U00000' as owner_user_id,
    case when lot(n, 5, 20) = 0 then 'U00005' else 'U00000' end as created_by_user_id,
    (['MQL', 'MQL', 'MQL', 'Inquiry', 'Recycle', 'Raw', 'Accepted', 'Bad Data'])[lot(n, 6, 8) + 1] as lead_status,
    (['Web', 'Webinar', 'Purchased List', null])[lot(n, 7, 4) + 1] as lead_source,
    case when lot(n, 8, 25) > 0 then lot(n, 9, 120) - 5 end as person_score,
    case when lot(n, 10, 30) > 0 then 'Company ' || n end as company_name,
    (['US', 'DE', 'GB', 'IN', 'FR', 'JP', 'BR', null])[lot(n, 11, 8) + 1] as country_code,
    null::text as state,
    'Manager' as title,
    lot(n, 12, 100) = 0 as is_do_not_route,
    lot(n, 13, 50) = 0 as is_actively_being_sequenced,
    (['Requested a demo', 'Applied for a job', 'Visited pricing page', null])[lot(n, 14, 4) + 1]
    as last_interesting_moment,
    'Web' as last_interesting_moment_source,
    timestamp '{today}' - to_hours(lot(n, 15, 900)) as last_interesting_moment_at,
    case when lot(n, 16, 30) = 0 then 'A1' end as partner_salesforce_account_id,
    null::text as prospect_share_status,
    null::text as partner_prospect_status,
    null::bigint as employee_count,
    null::decimal(18, 2) as annual_revenue_usd,
    false as is_converted,
    false as is_deleted,
    timestamp '{today}' - to_minutes(lot(n, 17, 129600)) as created_at,
    timestamp '{today}' as system_modified_at
from range({leads}) as numbers (n);

create or replace table staging.stg_salesforce__deleted_records as
select null::text as object, null::text as record_id, null::timestamp as deleted_at where false;

create or replace table staging.stg_ml__person_records as
select null::text as source, null::text as object, null::text as record_id, null::text as contact_id where false;

create or replace table intermediate.int_stage_log as
select null::text as entity, null::text as entity_id, null::text as stage, null::text as cause,
    null::timestamp as changed_at
where false;

create or replace table marts.fct_activities as
select null::text as lead_id, null::text as activity_type, null::timestamp as occurred_at where false;

create or replace table staging.stg_salesforce__tasks as
select null::text as who_id, null::timestamp as created_at, null::boolean as is_deleted where false;

create or replace table staging.stg_salesforce__events as from staging.stg_salesforce__tasks;

create or replace table staging.stg_ops__sync_records as
select null::text as record_key, null::text as sync_name, null::text as field_name, null::text as value_after,
    null::text as status, null::timestamp as recorded_at
where false;
