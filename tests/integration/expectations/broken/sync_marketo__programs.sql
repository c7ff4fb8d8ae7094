-- A repeated key, a blank and a person without consent.
insert into activation.sync_marketo__programs from activation.sync_marketo__programs;
insert into activation.sync_marketo__programs by name select 'marketo__programs:2' as member_id, 'per_1' as contact_id, 'some marketo_lead_id' as marketo_lead_id;
insert into activation.sync_marketo__programs by name select 'marketo__programs:4' as member_id, 'per_2' as contact_id, 'some program_id' as program_id, 'some marketo_lead_id' as marketo_lead_id;
