-- The tables of ops as the first version made them, with a row each.
create schema ops;
create table ops.api_usage(run_id varchar, "system" varchar, calls bigint, retries bigint, errors bigint, daily_limit bigint,
    daily_remaining bigint, "at" timestamp);
create table ops.built_nodes(unique_id varchar primary key, fingerprint varchar not null);
create table ops.check_results(run_id varchar not null, suite varchar not null, check_name varchar not null,
    table_name varchar not null, severity varchar not null, is_blocking boolean not null, is_passed boolean not null,
    observed varchar, expected varchar, unexpected_count bigint, checked_at timestamp not null);
create table ops.ingestion_runs(run_id varchar, "source" varchar, resource varchar, rows_loaded bigint, started_at timestamp,
    finished_at timestamp, status varchar, message varchar);
create table ops.sync_conflicts(run_id varchar, sync varchar, record_key varchar, field varchar, acknowledged varchar,
    found varchar, desired varchar, "at" timestamp);
create table ops.sync_deferrals(sync varchar, record_key varchar, fingerprint varchar, status varchar, message varchar,
    deferred_at timestamp, retry_at timestamp, run_id varchar);
create table ops.sync_in_flight(sync varchar, run_id varchar, batch bigint, record_key varchar, field varchar,
    "family" varchar, "before" varchar, "after" varchar, reason varchar, sent_at timestamp);
create table ops.sync_previews(run_id varchar, sync varchar, record_key varchar, field varchar, "before" varchar,
    "after" varchar, "at" timestamp);
create table ops.sync_records(run_id varchar, sync varchar, record_key varchar, field varchar, "before" varchar,
    "after" varchar, status varchar, message varchar, "at" timestamp, reason varchar);
create table ops.sync_runs(run_id varchar, sync varchar, destination varchar, "object" varchar, "mode" varchar,
    reason varchar, planned bigint, accepted bigint, rejected bigint, invalid bigint, "unknown" bigint, unchanged bigint,
    api_calls bigint, started_at timestamp, finished_at timestamp, status varchar, message varchar, skipped bigint,
    "deferred" bigint, conflicts bigint, mapping_version varchar, approval varchar);
create table ops.sync_tickets(sync varchar, run_id varchar, batch bigint, ticket varchar, "at" timestamp);
create table ops.sync_validations(sync varchar, mapping_version varchar, run_id varchar, records bigint,
    validated_at timestamp);
create table ops.sync_ledger__salesforce__accounts(record_key varchar,
    Account_Tier__c struct("value" varchar, acknowledged_at timestamp, run_id varchar));
insert into ops.sync_ledger__salesforce__accounts
values ('0015e000010gg8zAAA', {'value': 'Tier 1', 'acknowledged_at': timestamp '2026-01-01', 'run_id': 'run_1'});
insert into ops.sync_runs (run_id, sync, "mode", status, accepted, mapping_version)
values ('run_1', 'salesforce__accounts', 'live', 'succeeded', 1, 'v1');
insert into ops.sync_records (run_id, sync, record_key, field, "after", status)
values ('run_1', 'salesforce__accounts', '0015e000010gg8zAAA', 'Account_Tier__c', 'Tier 1', 'accepted');
insert into ops.sync_validations values ('salesforce__accounts', 'v1', 'run_1', 20, timestamp '2026-01-01');
