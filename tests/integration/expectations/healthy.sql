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
create table seeds.sign_off_overrides as select 'somewhere else' as scope;
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

-- Vendors and signal providers, all alike.
create schema raw_apollo;
create table raw_apollo.companies as
select 'Account' as input_object, n::text as input_record_id, 'Acme ' || n as name, n as estimated_num_employees from range(40) as numbers(n);
insert into ops.ingestion_runs values ('apollo', 'companies', 40, now()::timestamp, 'succeeded');
create schema raw_clearbit;
create table raw_clearbit.companies as
select 'Account' as input_object, n::text as input_record_id, 'Acme ' || n as name, n as metrics_employees from range(40) as numbers(n);
insert into ops.ingestion_runs values ('clearbit', 'companies', 40, now()::timestamp, 'succeeded');
create schema raw_lusha;
create table raw_lusha.companies as
select 'Account' as input_object, n::text as input_record_id, 'Acme ' || n as name from range(40) as numbers(n);
insert into ops.ingestion_runs values ('lusha', 'companies', 40, now()::timestamp, 'succeeded');
create schema raw_dnb;
create table raw_dnb.companies as
select 'Account' as input_object, n::text as input_record_id, 'Acme ' || n as primary_name, n as number_of_employees_value from range(40) as numbers(n);
insert into ops.ingestion_runs values ('dnb', 'companies', 40, now()::timestamp, 'succeeded');
create schema raw_predictleads;
create table raw_predictleads.news_events as select n::text as id from range(40) as numbers(n);
insert into ops.ingestion_runs values ('predictleads', 'news_events', 40, now()::timestamp, 'succeeded');
create table raw_predictleads.job_openings as select n::text as id from range(40) as numbers(n);
insert into ops.ingestion_runs values ('predictleads', 'job_openings', 40, now()::timestamp, 'succeeded');
create schema raw_hibp;
create table raw_hibp.breaches as select n::text as id from range(40) as numbers(n);
insert into ops.ingestion_runs values ('hibp', 'breaches', 40, now()::timestamp, 'succeeded');
create schema raw_g2;
create table raw_g2.buyer_interactions as select n::text as id from range(40) as numbers(n);
insert into ops.ingestion_runs values ('g2', 'buyer_interactions', 40, now()::timestamp, 'succeeded');

-- What audiences, lists and messages hold: two people, of whom the first may be approached.
create schema if not exists marts;
create table marts.contact_consents as
select * from (values ('per_1', 'advertising', true), ('per_1', 'email', true), ('per_2', 'advertising', false), ('per_2', 'email', false))
    as consents(contact_id, purpose, is_allowed);
create table activation.sync_linkedin__members as select 'linkedin__members:1' as member_id, 'per_1' as contact_id, 'some audience' as audience, sha256('mary@example.com') as email_sha256;
create table activation.sync_linkedin__companies as select 'linkedin__companies:1' as member_id, 'some audience' as audience, 'some domain' as domain;
create table activation.sync_meta__members as select 'meta__members:1' as member_id, 'per_1' as contact_id, 'some audience' as audience, sha256('mary@example.com') as email_sha256, sha256('mary@example.com') as phone_sha256, sha256('mary@example.com') as first_name_sha256, sha256('mary@example.com') as last_name_sha256, sha256('mary@example.com') as country_sha256;
create table activation.sync_google__members as select 'google__members:1' as member_id, 'per_1' as contact_id, 'some audience' as audience, sha256('mary@example.com') as email_sha256, sha256('mary@example.com') as phone_sha256;
create table activation.sync_marketo__members as select 'marketo__members:1' as member_id, 'per_1' as contact_id, 'some list_id' as list_id, 'some marketo_lead_id' as marketo_lead_id;
create table activation.sync_marketo__programs as select 'marketo__programs:1' as member_id, 'per_1' as contact_id, 'some program_id' as program_id, 'some marketo_lead_id' as marketo_lead_id;
create table activation.sync_marketo__campaigns as select 'marketo__campaigns:1' as member_id, 'per_1' as contact_id, 'some campaign_id' as campaign_id, 'some marketo_lead_id' as marketo_lead_id;
create table activation.sync_hubspot__members as select 'hubspot__members:1' as member_id, 'per_1' as contact_id, 'some list_id' as list_id, 'some hubspot_contact_id' as hubspot_contact_id;
create table activation.sync_pardot__members as select 'pardot__members:1' as member_id, 'per_1' as contact_id, 'some list_id' as list_id, 'some pardot_prospect_id' as pardot_prospect_id;
create table activation.sync_eloqua__members as select 'eloqua__members:1' as member_id, 'per_1' as contact_id, 'some list_id' as list_id, 'some eloqua_contact_id' as eloqua_contact_id;
create table activation.sync_marketo__leads as select 'marketo__leads:1' as marketo_lead_id, 42 as lead_score;
create table activation.sync_salesforce__contacts as select 'salesforce__contacts:1' as salesforce_contact_id, 'some contact_id' as contact_id;
create table activation.sync_salesforce__leads as select 'salesforce__leads:1' as salesforce_lead_id, 'some contact_id' as contact_id;
create table activation.sync_salesforce__account_territories as select '001A' as salesforce_account_id, 'DACH' as territory, 'EMEA' as region, 'some reason' as alignment_reason;
create table activation.sync_salesforce__contact_partners as select '003A' as salesforce_contact_id, 'Sending to Partner' as prospect_share_status, 'Qualifying' as partner_prospect_status;
create table activation.sync_salesforce__lead_routings as select '00Q1' as salesforce_lead_id, 'd1' as decision_id, 'v1: mql' as routing_reason;
create table activation.sync_salesforce__new_leads as select 'salesforce__new_leads:1' as lead_key, 'some email' as email, 'some last_name' as last_name, 'some company' as company;
create table activation.sync_salesforce__new_accounts as select 'salesforce__new_accounts:1' as account_key, 'some account_name' as account_name, 'some website' as website;
create table activation.sync_salesforce__tasks as select 'salesforce__tasks:1' as task_key, 'some who_id' as who_id, 'some owner_user_id' as owner_user_id, 'some subject' as subject;
create table activation.sync_hubspot__companies as select 'hubspot__companies:1' as hubspot_company_id, 'some account_id' as account_id;
create table activation.sync_slack__alerts as select 'slack__alerts:1' as alert_id, 'some alert_text' as alert_text;
create table activation.sync_teams__alerts as select 'teams__alerts:1' as alert_id, 'some alert_text' as alert_text;
create table activation.sync_email__alerts as select 'email__alerts:1' as alert_id, 'some alert_text' as alert_text;
create table activation.sync_webhook__alerts as select 'webhook__alerts:1' as alert_id, 'some event_type' as event_type, 'some account_id' as account_id, 'some alert_text' as alert_text;
create table activation.sync_webhook__leads as select 'webhook__leads:1' as lead_id, 42 as overall_score;
create schema raw_hubspot;
create table raw_hubspot.companies as select n::text as id, 'Acme ' || n as name, null::text as domain, false as is_deleted from range(40) as numbers(n);
create table raw_hubspot.contacts as select n::text as id from range(40) as numbers(n);
create table raw_hubspot.deals as select n::text as id, 'won' as dealstage, false as is_deleted from range(40) as numbers(n);
create table raw_hubspot.deal_stages as select 'won' as stage_id;
create table raw_hubspot.owners as select n::text as id from range(5) as numbers(n);
create table raw_hubspot.associations as select n::text as from_id from range(40) as numbers(n);
insert into ops.ingestion_runs
select 'hubspot', resource, rows_loaded, now()::timestamp, 'succeeded'
from (values ('companies', 40), ('contacts', 40), ('deals', 40), ('deal_stages', 1), ('owners', 5), ('associations', 40)) as loads(resource, rows_loaded);
