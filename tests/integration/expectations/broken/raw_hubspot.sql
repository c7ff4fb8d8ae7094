-- Breaks every check of raw_hubspot that rows can break.
insert into raw_hubspot.companies values (null, null, null, false), ('1', 'Acme', null, false);
insert into raw_hubspot.contacts values (null), ('1');
insert into raw_hubspot.deals values (null, 'unheard of', false), ('1', 'won', false);
create table raw_hubspot.calls as select unnest([null, '1', '1']) as id;
create table raw_hubspot.emails as select unnest([null, '1', '1']) as id;
create table raw_hubspot.meetings as select unnest([null, '1', '1']) as id;
create table raw_hubspot.tasks as select unnest([null, '1', '1']) as id;
delete from ops.ingestion_runs;
insert into ops.ingestion_runs (source, resource, rows_loaded, finished_at, status)
select 'hubspot', unnest(['companies', 'contacts', 'deals', 'calls', 'emails', 'meetings', 'tasks', 'owners', 'deal_stages', 'associations']), 100000, timestamp '2020-01-01', 'succeeded';
