-- A repeated key and a blank.
insert into activation.sync_salesforce__new_accounts from activation.sync_salesforce__new_accounts;
insert into activation.sync_salesforce__new_accounts by name select 'salesforce__new_accounts:2' as account_key, 'some account_name' as account_name;
