-- Breaks every check of raw_marketo that rows can break.
insert into raw_marketo.leads values (null), (1);
insert into raw_marketo.activity_types values (null), (1);
create table raw_marketo.programs as select unnest([null, 1, 1]) as id;
create table raw_marketo.lists as select unnest([null, 1, 1]) as id;
create table raw_marketo.list_members as select 1 as list_id;
insert into raw_marketo.activities values (null, null, 999, timestamp '2124-01-01'), ('guid-1', 1, 1, null);
delete from ops.ingestion_runs;
insert into ops.ingestion_runs (source, resource, rows_loaded, finished_at, status)
select 'marketo', unnest(['leads', 'activities', 'activity_types', 'programs', 'lists', 'list_members']), 100000, timestamp '2020-01-01', 'succeeded';
