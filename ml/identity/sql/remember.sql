-- Every record's id of this run replaces what was known of it; records that are gone
-- keep their last id. Only what
-- changed is written.
create or replace temp table news as
select remembered.source, remembered.object, remembered.record_id, {entity}_ids.entity_id
from remembered
inner join {entity}_ids on remembered.root = {entity}_ids.root
where remembered.entity_id is distinct from {entity}_ids.entity_id or not remembered.is_present;

delete from ml.identity_memory
using news
where
    identity_memory.entity = '{entity}'
    and identity_memory.source = news.source
    and identity_memory.object = news.object
    and identity_memory.record_id = news.record_id
;

insert into ml.identity_memory
select '{entity}', source, object, record_id, entity_id, true
from news;

update ml.identity_memory
set is_present = false
where
    entity = '{entity}'
    and is_present
    and (source, object, record_id) not in (select (source, object, record_id) from remembered)
