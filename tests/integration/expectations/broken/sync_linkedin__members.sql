-- A repeated key, a blank, an address that is not hashed and a person without consent.
insert into activation.sync_linkedin__members from activation.sync_linkedin__members;
insert into activation.sync_linkedin__members by name select 'linkedin__members:2' as member_id, 'per_1' as contact_id, sha256('mary@example.com') as email_sha256;
insert into activation.sync_linkedin__members by name select 'linkedin__members:3' as member_id, 'mary@example.com' as email_sha256, 'per_1' as contact_id, 'some audience' as audience;
insert into activation.sync_linkedin__members by name select 'linkedin__members:4' as member_id, 'per_2' as contact_id, 'some audience' as audience, sha256('mary@example.com') as email_sha256;
