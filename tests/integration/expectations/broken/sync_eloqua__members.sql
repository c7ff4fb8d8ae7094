-- A repeated key, a blank and a person without consent.
insert into activation.sync_eloqua__members from activation.sync_eloqua__members;
insert into activation.sync_eloqua__members by name select 'eloqua__members:2' as member_id, 'per_1' as contact_id, 'some eloqua_contact_id' as eloqua_contact_id;
insert into activation.sync_eloqua__members by name select 'eloqua__members:4' as member_id, 'per_2' as contact_id, 'some list_id' as list_id, 'some eloqua_contact_id' as eloqua_contact_id;
