-- A repeated key and a blank.
insert into activation.sync_marketo__leads from activation.sync_marketo__leads;
insert into activation.sync_marketo__leads by name select 'marketo__leads:2' as marketo_lead_id;
