-- Breaks every check of raw_clearbit that rows can break.
update raw_clearbit.companies set name = null, metrics_employees = -1;
insert into raw_clearbit.companies (input_object, input_record_id) values (null, null), ('Account', '1'), ('Account', '1');
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
