-- Breaks every check of raw_apollo that rows can break.
update raw_apollo.companies set name = null, estimated_num_employees = -1;
insert into raw_apollo.companies (input_object, input_record_id) values (null, null), ('Account', '1'), ('Account', '1');
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
