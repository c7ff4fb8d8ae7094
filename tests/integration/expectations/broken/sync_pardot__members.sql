-- A repeated key, a blank and a person without consent.
insert into activation.sync_pardot__members from activation.sync_pardot__members;
insert into activation.sync_pardot__members by name select 'pardot__members:2' as member_id, 'per_1' as contact_id, 'some pardot_prospect_id' as pardot_prospect_id;
insert into activation.sync_pardot__members by name select 'pardot__members:4' as member_id, 'per_2' as contact_id, 'some list_id' as list_id, 'some pardot_prospect_id' as pardot_prospect_id;
