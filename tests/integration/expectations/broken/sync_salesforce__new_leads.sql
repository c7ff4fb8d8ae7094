-- A repeated key and a blank.
insert into activation.sync_salesforce__new_leads from activation.sync_salesforce__new_leads;
insert into activation.sync_salesforce__new_leads by name select 'salesforce__new_leads:2' as lead_key, 'some last_name' as last_name, 'some company' as company;
