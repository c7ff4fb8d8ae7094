-- Breaks every check of raw_lusha that rows can break.
update raw_lusha.companies set name = null;
insert into raw_lusha.companies (input_object, input_record_id) values (null, null), ('Account', '1'), ('Account', '1');
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
