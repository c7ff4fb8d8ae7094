-- Breaks every check of raw_g2 that rows can break.
insert into raw_g2.buyer_interactions values (null), ('1');
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
