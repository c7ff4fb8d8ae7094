-- A repeated key and a blank.
insert into activation.sync_salesforce__contacts from activation.sync_salesforce__contacts;
insert into activation.sync_salesforce__contacts by name select 'salesforce__contacts:2' as salesforce_contact_id;
update seeds.persona_vectors set status = 'ASSUMED';
