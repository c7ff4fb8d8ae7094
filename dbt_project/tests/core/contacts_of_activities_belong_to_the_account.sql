-- A person in an activity of an account has a record there (a mover may have records
-- at several accounts).
select account_id, contact_id
from {{ ref("fct_activities") }}
where account_id is not null and contact_id is not null
except
select account_id, contact_id
from {{ ref("person_records") }}
