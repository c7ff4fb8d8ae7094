-- A repeated key, a blank and a person without consent.
insert into activation.sync_hubspot__members from activation.sync_hubspot__members;
insert into activation.sync_hubspot__members by name select 'hubspot__members:2' as member_id, 'per_1' as contact_id, 'some hubspot_contact_id' as hubspot_contact_id;
insert into activation.sync_hubspot__members by name select 'hubspot__members:4' as member_id, 'per_2' as contact_id, 'some list_id' as list_id, 'some hubspot_contact_id' as hubspot_contact_id;
