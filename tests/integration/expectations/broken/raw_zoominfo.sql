-- Breaks every check of raw_zoominfo that rows can break.
update raw_zoominfo.companies set name = null, employee_count = -1, revenue_usd = -1;
insert into raw_zoominfo.companies (input_object, input_record_id) values (null, null), ('Account', '1'), ('Account', '1');
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
