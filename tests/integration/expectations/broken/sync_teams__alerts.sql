-- A repeated key and a blank.
insert into activation.sync_teams__alerts from activation.sync_teams__alerts;
insert into activation.sync_teams__alerts by name select 'teams__alerts:2' as alert_id;
