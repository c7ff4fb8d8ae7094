-- A record that stands twice, and one without a value that it must have.
insert into activation.sync_salesforce__contact_partners from activation.sync_salesforce__contact_partners;
insert into activation.sync_salesforce__contact_partners by name select '00X' as salesforce_contact_id, 'Qualifying' as partner_prospect_status;
