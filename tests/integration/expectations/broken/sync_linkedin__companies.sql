-- A repeated key and a blank.
insert into activation.sync_linkedin__companies from activation.sync_linkedin__companies;
insert into activation.sync_linkedin__companies by name select 'linkedin__companies:2' as member_id, 'some domain' as domain;
