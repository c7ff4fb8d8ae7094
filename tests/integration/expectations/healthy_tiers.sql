-- What the gates of the market map read.
create table marts.approach_recommendations as select 'tiered_pull' as approach, true as is_chosen;
create table seeds.icp_approaches as
select * from (values ('tiered_pull', null, null), ('t1_only', 500, 2000))
as t(approach, minimum_t1_accounts, maximum_t1_accounts);
create table marts.valuation_calibrations as
select * from (values ('all methods', 10, 0.5::double), ('revenue', 9, 0.9)) as t(method, customer_count, median_error_ratio);
create table seeds.evidence_settings as
select * from (values ('valuation_error_ratio', 0.5), ('valuation_customers', 10)) as t(setting, value);
create table seeds.territory_settings as select 'launch_max_min_ratio' as setting, 10.0 as value;
create table seeds.persona_vectors as select 'level' as vector_id, 'seniority' as attribute, 'CONFIRMED' as status;
create table seeds.persona_thresholds as select 'P1' as persona_tier, 'CONFIRMED' as status;
alter table marts.owner_territories add column valuation_usd double default 100;
alter table marts.account_tiers add column held_reason text;
