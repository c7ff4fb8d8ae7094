-- What the first warehouses did not note yet about runs, records and conflicts of the syncs.
alter table if exists ops.sync_runs add column if not exists later bigint;
alter table if exists ops.sync_records add column if not exists operation varchar;
alter table if exists ops.sync_records add column if not exists remote_id varchar;
alter table if exists ops.sync_previews add column if not exists operation varchar;
alter table if exists ops.sync_previews add column if not exists reason varchar;
alter table if exists ops.sync_in_flight add column if not exists operation varchar;
alter table if exists ops.sync_in_flight add column if not exists remote_id varchar;
alter table if exists ops.sync_conflicts add column if not exists is_kept boolean;
alter table if exists ops.sync_validations add column if not exists approval varchar;
