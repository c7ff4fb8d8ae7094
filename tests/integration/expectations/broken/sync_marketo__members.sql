-- A repeated key, a blank and a person without consent.
insert into activation.sync_marketo__members from activation.sync_marketo__members;
insert into activation.sync_marketo__members by name select 'marketo__members:2' as member_id, 'per_1' as contact_id, 'some marketo_lead_id' as marketo_lead_id;
insert into activation.sync_marketo__members by name select 'marketo__members:4' as member_id, 'per_2' as contact_id, 'some list_id' as list_id, 'some marketo_lead_id' as marketo_lead_id;
