-- A record gone from the CRM, and one that somebody changed there.
insert into ops.sync_drifts values ('salesforce__accounts', '001acc_3', null, 'missing'), ('salesforce__accounts', '001acc_4', 'Account_Tier__c', 'altered');
-- A push that the CRM refused in part, of a mapping that was never tried and that nobody has looked at.
insert into ops.sync_runs by name
select 'salesforce__accounts' as sync, 'live' as mode, 5 as planned, 40 as unchanged, now()::timestamp + interval 2 minute as started_at, 'run_2' as run_id,
    'succeeded' as status, 'v2' as mapping_version, 3 as accepted, 2 as rejected, 0 as invalid, 0 as unknown;
insert into ops.sync_runs by name
select 'salesforce__contacts' as sync, 'live' as mode, 5 as planned, 40 as unchanged, now()::timestamp as started_at, 'run_3' as run_id,
    'succeeded' as status, 'v2' as mapping_version, 3 as accepted, 0 as rejected, 0 as invalid, 0 as unknown;
insert into ops.sync_validations values ('salesforce__contacts', 'v2', 'run_3', 20);
-- A corporate value on a branch that keeps its own.
insert into ops.sync_records values ('run_2', 'salesforce__accounts', '001000000000007AAA', 'Account_Tier__c', 'accepted', now()::timestamp + interval 3 minute);
update marts.owner_territories set has_fair_volume = false, account_count = 49 where user_name = 'Rep 2';
update marts.owner_territories set has_accounts = false where user_name = 'Rep 1';
update marts.credit_usage set month_to_date_credit_count = 1e6 + 1, credit_count = 101 where usage_date = current_date;
update activation.sync_salesforce__new_leads set email = 'person3@domain3.com';
insert into marts.dim_accounts by name select 'acc_twin' as account_id, 'ACCOUNT 1 ' as account_name, 'domain1.com' as domain, 'US' as country_code, false as is_branch;
-- Alike, but a person decided that they are two.
insert into marts.dim_accounts by name select 'acc_other' as account_id, 'Account 2' as account_name, 'domain2.com' as domain, 'US' as country_code, false as is_branch;
insert into marts.dim_contacts by name select 'per_twin' as contact_id, 'acc_1' as account_id, 'PERSON1@domain1.com' as email;
update marts.market_map_distributions set is_expected = false, actual_percent = 91;
update seeds.maintenance_log set done_date = done_date + 1 where task_id = 'sign_off';
