-- A repeated key and a blank.
insert into activation.sync_salesforce__leads from activation.sync_salesforce__leads;
insert into activation.sync_salesforce__leads by name select 'salesforce__leads:2' as salesforce_lead_id;
