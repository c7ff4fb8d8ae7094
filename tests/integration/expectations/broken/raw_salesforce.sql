-- Breaks every check of raw_salesforce that rows can break.
insert into raw_salesforce.accounts values (null, null, false), ('003x', ' ', false), ('003x', 'Twin', false);
insert into raw_salesforce.contacts values (null, '001gone'), ('004', null), ('004', null);
insert into raw_salesforce.leads values (null), ('Q'), ('Q');
insert into raw_salesforce.users values (null), ('U'), ('U');
insert into raw_salesforce.tasks values (null), ('T'), ('T');
delete from raw_salesforce.opportunities where close_date < date '2026-01-01';
insert into raw_salesforce.opportunities (id, amount) values (null, -1), ('6', 1), ('6', 1);
create table raw_salesforce.events as select unnest([null, 'X', 'X']) as id;
create table raw_salesforce.campaigns as select unnest([null, 'X', 'X']) as id;
create table raw_salesforce.campaign_members as select unnest([null, 'X', 'X']) as id;
create table raw_salesforce.queues as select unnest([null, 'X', 'X']) as id;
delete from ops.ingestion_runs;
insert into ops.ingestion_runs (source, resource, rows_loaded, finished_at, status)
select 'salesforce', unnest(['accounts', 'contacts', 'leads', 'opportunities', 'users', 'tasks', 'events', 'campaigns', 'campaign_members', 'queues']), 100000, timestamp '2020-01-01', 'succeeded';
