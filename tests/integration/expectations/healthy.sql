-- A small warehouse in which every check is green.
create schema raw_salesforce;
create schema raw_marketo;
create schema raw_zoominfo;
create schema raw_bombora;
create schema ops;
create schema seeds;
create schema marts;
create schema activation;

create table raw_salesforce.accounts as
select '001' || lpad(n::text, 12, '0') || 'AAA' as id, 'Account ' || n as name, false as is_deleted from range(40) as t(n);
create table raw_salesforce.contacts as
select '003' || lpad(n::text, 12, '0') || 'AAA' as id, '001' || lpad((n % 40)::text, 12, '0') || 'AAA' as account_id from range(80) as t(n);
create table raw_salesforce.leads as select '00Q' || lpad(n::text, 12, '0') || 'AAA' as id from range(20) as t(n);
create table raw_salesforce.users as select '005' || lpad(n::text, 12, '0') || 'AAA' as id from range(5) as t(n);
create table raw_salesforce.opportunities as
select
    '006' || lpad(n::text, 12, '0') || 'AAA' as id, 1000.0::double * n as amount, false as is_deleted, n % 2 = 0 as is_closed,
    cast(date '2024-01-10' + interval (n * 10) day as date) as close_date, timestamp '2026-11-20 12:00:00' as system_modstamp
from range(100) as t(n);
create table raw_salesforce.tasks as select '00T' || lpad(n::text, 12, '0') || 'AAA' as id from range(20) as t(n);

create table raw_marketo.leads as select n + 1 as id from range(30) as t(n);
create table raw_marketo.activity_types as select unnest([1, 2, 10, 11]) as id;
create table raw_marketo.activities as
select
    'guid-' || n as marketo_guid, n % 30 + 1 as lead_id, [1, 2, 10, 11][n % 4 + 1] as activity_type_id,
    timestamp '2024-05-01' as activity_date
from range(200) as t(n);

create table raw_zoominfo.companies as
select
    'Account' as input_object, '001' || lpad(n::text, 12, '0') || 'AAA' as input_record_id,
    case when n % 3 > 0 then 'Company ' || n end as name, 10 * n as employee_count, (1e6 * n)::double as revenue_usd
from range(40) as t(n);

create table raw_bombora.company_surges as
select
    cast(date_trunc('week', current_date - interval 7 day) - interval (w * 7) day as date) as week_date,
    'domain' || d || '.com' as domain, 'Company ' || d as company_name, 't1' as topic_id, 60.0::double as composite_score
from range(10) as weeks(w), range(20) as domains(d);

create table ops.ingestion_runs as
select source, resource, rows_loaded, now()::timestamp as finished_at, 'succeeded' as status
from (
    values
        ('salesforce', 'accounts', 40), ('salesforce', 'contacts', 80), ('salesforce', 'opportunities', 100),
        ('marketo', 'activities', 200), ('zoominfo', 'companies', 40), ('bombora', 'company_surges', 200)
) as t(source, resource, rows_loaded);

create table seeds.picklist_map as
select
    'Account_Tier__c' as target_field,
    unnest(['T1', 'T2', 'T3', 'Excluded']) as internal_value,
    unnest(['Tier 1', 'Tier 2', 'Tier 3', 'Excluded']) as crm_value;
create table seeds.field_map as
select
    'salesforce__accounts' as sync, unnest(['account_tier', 'icp_fit_score']) as column_name,
    unnest(['Account_Tier__c', 'ICP_Fit_Score__c']) as target_field, 'push' as direction, 'always' as write_mode;
create table marts.account_tiers as
select 'acc_' || n as account_id, case when n % 10 = 0 then 'T1' else 'T3' end as tier, 'standard' as market_mode
from range(40) as t(n);
create table seeds.icp_vectors as select 'size' as vector_id, 'employee_count' as attribute, 'CONFIRMED' as status;
create table seeds.tier_thresholds as select 'T1' as tier, 'CONFIRMED' as status;
create table seeds.valuation_methods as select 'revenue' as method, true as is_enabled, 'CONFIRMED' as status;
create table seeds.sign_off_overrides as select 'personas' as scope;
create table marts.dim_accounts as
select 'acc_' || n as account_id, 'Account ' || n as account_name, 'domain' || n || '.com' as domain, 'US' as country_code,
    false as is_branch, cast(null as text) as parent_account_id
from range(40) as t(n);
create table activation.sync_salesforce__accounts as
select
    '001' || lpad(n::text, 12, '0') || 'AAA' as salesforce_account_id,
    case when n % 10 = 0 then 'Tier 1' when n % 7 = 0 then 'Excluded' else 'Tier 3' end as account_tier,
    least(n * 2.5, 100.0)::double as icp_fit_score, cast(1000 * n as decimal(18, 2)) as account_valuation,
    50.0::double as intelligence_score, 'Lead Scoring' as last_intent_topic
from range(40) as t(n);
create table ops.sync_runs as
select 'salesforce__accounts' as sync, 'live' as mode, 5 as planned, 35 as unchanged, now()::timestamp as started_at;
