-- Breaks every check of raw_predictleads that rows can break.
insert into raw_predictleads.news_events values (null), ('1');
insert into raw_predictleads.job_openings values (null), ('1');
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
