-- A repeated key, a blank and a person without consent.
insert into activation.sync_marketo__campaigns from activation.sync_marketo__campaigns;
insert into activation.sync_marketo__campaigns by name select 'marketo__campaigns:2' as member_id, 'per_1' as contact_id, 'some marketo_lead_id' as marketo_lead_id;
insert into activation.sync_marketo__campaigns by name select 'marketo__campaigns:4' as member_id, 'per_2' as contact_id, 'some campaign_id' as campaign_id, 'some marketo_lead_id' as marketo_lead_id;
