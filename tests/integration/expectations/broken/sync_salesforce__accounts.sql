-- Breaks every check of the gate that rows can break.
update activation.sync_salesforce__accounts
set account_tier = 'T1', account_valuation = null, icp_fit_score = 101, intelligence_score = -1,
    last_intent_topic = repeat('x', 256)
where salesforce_account_id like '00100000000001%';
insert into activation.sync_salesforce__accounts (salesforce_account_id, account_tier, account_valuation)
values (null, null, -1), ('003', null, -1), ('003', 'Tier 3', null);
delete from activation.sync_salesforce__accounts where account_tier in ('Tier 1', 'Excluded');
insert into marts.account_tiers (account_id, tier, market_mode) values ('acc_x', 'T4', 'standard');
update seeds.icp_vectors set status = 'ASSUMED';
insert into seeds.field_map values ('salesforce__accounts', 'gone', 'Account_Tier__c', 'both', 'always');
update ops.sync_runs set unchanged = 1000;
-- The gates of the market map: values that customers do not bear out, and too few of them.
update marts.valuation_calibrations set median_error_ratio = 0.6, customer_count = 9;
-- A short list of a length that nothing can have, and a CRM to be repaired first.
update marts.account_tiers set market_mode = 't1_only', held_reason = 'CRM cleanup first: 9 of 40 accounts';
update seeds.icp_approaches set minimum_t1_accounts = 500, maximum_t1_accounts = -1;
update marts.dim_accounts set domain = null;
