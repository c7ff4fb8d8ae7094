-- What the QA checklist and the maintenance schedule look at, all of it as it should be. Its accounts are those above.
alter table marts.dim_accounts add column created_at timestamp;
alter table marts.dim_accounts add column owner_user_id text;
alter table marts.dim_accounts add column has_prevent_override boolean;
alter table marts.dim_accounts add column salesforce_account_id text;
update marts.dim_accounts set created_at = now()::timestamp - interval 400 day, owner_user_id = 'rep_1', has_prevent_override = false,
    salesforce_account_id = '001' || account_id;
-- The tick of another record of the account: what is written to its main record may be.
update marts.dim_accounts set has_prevent_override = true where account_id = 'acc_3';
alter table activation.sync_salesforce__accounts add column prevent_override boolean;
update activation.sync_salesforce__accounts set prevent_override = salesforce_account_id = '001000000000007AAA';
create table marts.fct_activities as
select account_id, now()::timestamp - interval 1 day as occurred_at from marts.dim_accounts union all select null, now()::timestamp;
create table marts.dim_contacts as
select 'per_' || n as contact_id, 'acc_' || n as account_id, 'person' || n || '@domain' || n || '.com' as email,
    'https://linkedin.com/in/person' || n as linkedin_url, case when n < 20 then '003' || n end as salesforce_contact_id,
    null::text as salesforce_lead_id
from range(40) as t(n);
alter table activation.sync_salesforce__new_leads add column linkedin_url text;
create table marts.owner_territories as
select 'rep_' || n as owner_user_id, 'Rep ' || n as user_name, n > 0 as is_active, n > 0 as has_fair_volume, true as has_accounts, 60 as account_count
from range(3) as t(n);
create table marts.credit_usage as
select 'zoominfo' as vendor, current_date - cast(n as integer) as usage_date, date_trunc('month', current_date - cast(n as integer)) as usage_month,
    10.0::double as credit_count, 10.0::double as month_to_date_credit_count, 1e6::double as monthly_credit_budget
from range(8) as t(n);
create table marts.market_map_distributions as
select 'accounts' as figure, 'T1' as tier, true as is_expected, 10.0::double as actual_percent;
create table marts.refinement_triggers as
select trigger_id, false as is_raised, 'T3 1 of 9 won, T1 8 of 9' as observed, 'Adjust the ICP' as action, 'RevOps' as owner
from (select unnest(['t3_beats_t1', 't2_beats_t1', 'blank_tiers', 'territory_imbalance', 'valuation_drift', 'persona_coverage',
    'business_events']) as trigger_id);
create table marts.maintenance_calendar as
select cadence || '_task' as task_id, cadence, 'upcoming' as status, 'team:sales' as owner, current_date + 20 as next_due_date,
    'account_tiers' as evidence
from (select unnest(['monthly', 'quarterly', 'half_yearly', 'first_cycle']) as cadence);
create table marts.account_coverages as
select account_id, tier, tier <> 'T1' as is_requested, '' as missing_seniorities from marts.account_tiers;
create table marts.account_completeness as
select account_id, null::text as missing_fields, 8 as filled_count, 8 as key_count from marts.dim_accounts;
create table seeds.attribute_catalogue as select unnest(['employee_count', 'founded_year']) as attribute, unnest([true, false]) as is_key;
create table seeds.vendors as select 'zoominfo' as vendor, true as is_enabled;
-- What the CRM says of itself is not bought; a field that is no key field may be old.
create table marts.account_field_provenance as
select account_id, attribute, source, case when source = 'zoominfo' and attribute = 'employee_count'
    then now()::timestamp - interval 30 day else timestamp '2020-01-01' end as observed_at
from marts.dim_accounts, (select unnest(['employee_count', 'founded_year']) as attribute),
    (select unnest(['zoominfo', 'salesforce']) as source);
create table marts.vendor_comparisons as
select 'accounts' as entity, 'zoominfo' as vendor, 'apollo' as alternative_vendor, 0.2::double as saving_ratio, false as is_switch_advised;
create table marts.tier_backtests as
select unnest(['T1', 'T2', 'T3', 'T3']) as tier, unnest(['all', 'all', 'all', 'last 182 days']) as deal_window,
    unnest([90, 90, 19, 90]) as closed_count, unnest([0.5, 0.5, 0.9, 0.9])::double as win_ratio, unnest([50.0, 45.0, 1.0, 1.0])::double as mean_cycle_days;

create table seeds.qa_reviews as
select 'salesforce__accounts' as sync, 'v1' as mapping_version, '001' || n as record_key, 'ok' as verdict from range(10) as t(n);
alter table ops.ingestion_runs add column started_at timestamp;
alter table ops.sync_runs add column run_id text;
alter table ops.sync_runs add column status text;
alter table ops.sync_runs add column mapping_version text;
alter table ops.sync_runs add column accepted bigint;
alter table ops.sync_runs add column rejected bigint;
alter table ops.sync_runs add column invalid bigint;
alter table ops.sync_runs add column unknown bigint;
update ops.sync_runs
set run_id = 'run_1', status = 'succeeded', mapping_version = 'v1', accepted = 5, rejected = 0, invalid = 0, unknown = 0;
create table ops.sync_validations as
select 'salesforce__accounts' as sync, 'v1' as mapping_version, 'run_1' as run_id, 20 as records;
create table ops.sync_records as
select 'run_1' as run_id, 'salesforce__accounts' as sync,
    case when n = 7 then '001000000000007AAA' else '001acc_' || n end as record_key, 'Account_Tier__c' as field,
    case when n = 7 then 'skipped' else 'accepted' end as status, now()::timestamp + interval 1 minute as "at"
from range(10) as t(n);
create table ops.sync_drifts (sync text, record_key text, field text, kind text);
create table marts.account_records as
select 'salesforce' as source, 'Account' as object, '001' || account_id as record_id, account_id
from marts.dim_accounts
union all
select 'salesforce', 'Account', '001other', 'acc_other';
create table marts.person_records as select source, object, record_id, 'per_1' as contact_id from marts.account_records where false;
create table seeds.match_decisions as
select 'salesforce' as left_source, 'Account' as left_object, '001other' as left_record_id, 'salesforce' as right_source,
    'Account' as right_object, '001acc_2' as right_record_id, 'not_same' as decision;
create table marts.routing_volumes as select 'Ann Lee' as assigned_to_name, false as is_drop, 8 as lead_count, 10.0::double as usual_lead_count, date_trunc('week', current_date)::date - 7 as week_date;
create table marts.open_items as
select 'correction' as kind, 'salesforce Account 001: city' as item, 400::bigint as age_days, false as is_overdue;
create table seeds.maintenance_log as
select unnest(['sign_off', 'go_live', 'provider_review']) as task_id, unnest([date '2026-08-01', date '2026-08-01', date '2026-07-01']) as done_date,
    'Ann' as done_by;
