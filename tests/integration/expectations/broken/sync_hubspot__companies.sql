-- A repeated key and a blank.
insert into activation.sync_hubspot__companies from activation.sync_hubspot__companies;
insert into activation.sync_hubspot__companies by name select 'hubspot__companies:2' as hubspot_company_id;
