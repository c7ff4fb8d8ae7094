-- Breaks every check of raw_bombora that rows can break.
delete from raw_bombora.company_surges where week_date > current_date - 30;
insert into raw_bombora.company_surges (week_date, composite_score)
select max(week_date) + 1, 101 from raw_bombora.company_surges;
insert into raw_bombora.company_surges select * from raw_bombora.company_surges where domain = 'domain1.com';
update ops.ingestion_runs set rows_loaded = 100000, finished_at = timestamp '2020-01-01';
