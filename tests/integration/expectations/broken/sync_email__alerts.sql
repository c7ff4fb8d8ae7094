-- A repeated key and a blank.
insert into activation.sync_email__alerts from activation.sync_email__alerts;
insert into activation.sync_email__alerts by name select 'email__alerts:2' as alert_id;
