-- Breaks every check of raw_hibp that rows can break.
insert into raw_hibp.breaches values (null), ('1');
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
