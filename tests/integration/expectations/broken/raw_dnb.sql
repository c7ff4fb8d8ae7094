-- Breaks every check of raw_dnb that rows can break.
update raw_dnb.companies set primary_name = null, number_of_employees_value = -1;
insert into raw_dnb.companies (input_object, input_record_id) values (null, null), ('Account', '1'), ('Account', '1');
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
