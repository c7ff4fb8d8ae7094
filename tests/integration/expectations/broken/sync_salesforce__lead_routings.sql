-- A record that stands twice, and one without a value that it must have.
insert into activation.sync_salesforce__lead_routings from activation.sync_salesforce__lead_routings;
insert into activation.sync_salesforce__lead_routings by name select '00Q2' as salesforce_lead_id, 'd2' as decision_id;
