-- A repeated key and a blank.
insert into activation.sync_slack__alerts from activation.sync_slack__alerts;
insert into activation.sync_slack__alerts by name select 'slack__alerts:2' as alert_id;
