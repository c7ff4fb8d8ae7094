-- A repeated key and a blank.
insert into activation.sync_webhook__leads from activation.sync_webhook__leads;
insert into activation.sync_webhook__leads by name select 'webhook__leads:2' as lead_id;
