create schema if not exists ops;
-- One row per run; counts are records.
create table if not exists ops.sync_runs (
    run_id varchar, sync varchar, destination varchar, "object" varchar, mode varchar, reason varchar,
    planned bigint, accepted bigint, rejected bigint, invalid bigint, unknown bigint, unchanged bigint,
    api_calls bigint, started_at timestamp, finished_at timestamp, status varchar, message varchar,
    skipped bigint, deferred bigint, conflicts bigint, mapping_version varchar, approval varchar,
    later bigint
);
alter table ops.sync_runs add column if not exists later bigint;
-- One row per value written, refused or left out on purpose. before = what the destination held just before.
create table if not exists ops.sync_records (
    run_id varchar, sync varchar, record_key varchar, field varchar, "before" varchar, "after" varchar,
    status varchar, message varchar, "at" timestamp, reason varchar, operation varchar, remote_id varchar
);
alter table ops.sync_records add column if not exists operation varchar;
alter table ops.sync_records add column if not exists remote_id varchar;
-- What the last dry run of each sync would write.
create table if not exists ops.sync_previews (
    run_id varchar, sync varchar, record_key varchar, field varchar, "before" varchar, "after" varchar, "at" timestamp,
    operation varchar, reason varchar
);
alter table ops.sync_previews add column if not exists operation varchar;
alter table ops.sync_previews add column if not exists reason varchar;
-- Values sent whose outcome is not recorded yet: read back before anything else is sent.
create table if not exists ops.sync_in_flight (
    sync varchar, run_id varchar, batch bigint, record_key varchar, field varchar, family varchar,
    "before" varchar, "after" varchar, reason varchar, sent_at timestamp, operation varchar, remote_id varchar
);
alter table ops.sync_in_flight add column if not exists operation varchar;
alter table ops.sync_in_flight add column if not exists remote_id varchar;
-- Handles of work that a destination does after our call has ended (bulk jobs).
create table if not exists ops.sync_tickets (sync varchar, run_id varchar, batch bigint, ticket varchar, "at" timestamp);
-- Records not to be tried again with the same values before retry_at, and why.
create table if not exists ops.sync_deferrals (
    sync varchar, record_key varchar, fingerprint varchar, status varchar, message varchar,
    deferred_at timestamp, retry_at timestamp, run_id varchar
);
-- Fields that held something else than what the destination had acknowledged to us.
create table if not exists ops.sync_conflicts (
    run_id varchar, sync varchar, record_key varchar, field varchar, acknowledged varchar, found varchar,
    desired varchar, "at" timestamp, is_kept boolean
);
alter table ops.sync_conflicts add column if not exists is_kept boolean;
-- What the last reconciliation of each sync found different from what was acknowledged, and who changed the record last.
create table if not exists ops.sync_drifts (
    run_id varchar, sync varchar, record_key varchar, field varchar, acknowledged varchar, found varchar,
    kind varchar, acknowledged_at timestamp, changed_by varchar, changed_at varchar, checked_at timestamp
);
-- Mapping versions whose sample push was read back and found equal.
create table if not exists ops.sync_validations (
    sync varchar, mapping_version varchar, run_id varchar, records bigint, validated_at timestamp,
    approval varchar
);
alter table ops.sync_validations add column if not exists approval varchar;
-- Destinations that could not be reached lately: other syncs to them do not try for a while.
create table if not exists ops.sync_circuits (destination varchar, sync varchar, opened_at timestamp, message varchar);
create table if not exists ops.api_usage (
    run_id varchar, system varchar, calls bigint, retries bigint, errors bigint, daily_limit bigint,
    daily_remaining bigint, "at" timestamp
);
