-- A repeated key and a blank.
insert into activation.sync_salesforce__tasks from activation.sync_salesforce__tasks;
insert into activation.sync_salesforce__tasks by name select 'salesforce__tasks:2' as task_key, 'some owner_user_id' as owner_user_id, 'some subject' as subject;
