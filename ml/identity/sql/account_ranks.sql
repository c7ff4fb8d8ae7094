-- Which account a record goes to among those that fit alike: the order of the
-- tie-breakers, lowest first.
create or replace temp table account_ranks as
select root, row_number() over (order by not is_customer, created_at nulls last, root) as rank
from account_profiles
