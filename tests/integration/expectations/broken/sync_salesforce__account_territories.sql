-- A record that stands twice, and one without a value that it must have.
insert into activation.sync_salesforce__account_territories from activation.sync_salesforce__account_territories;
insert into activation.sync_salesforce__account_territories by name select '00X' as salesforce_account_id, 'EMEA' as region, 'why' as alignment_reason;
update marts.owner_territories set valuation_usd = 0 where user_name = 'Rep 2';
