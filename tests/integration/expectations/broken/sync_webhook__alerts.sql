-- A repeated key and a blank.
insert into activation.sync_webhook__alerts from activation.sync_webhook__alerts;
insert into activation.sync_webhook__alerts by name select 'webhook__alerts:2' as alert_id, 'some account_id' as account_id, 'some alert_text' as alert_text;
