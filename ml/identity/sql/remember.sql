-- Every record's id of this run replaces what was known of it; records that are gone keep their last id.
update ml.identity_memory
set is_present = false
where entity = '{entity}' and is_present;

delete from ml.identity_memory
using {members} as members, {records} as records
where
    members.place = records.place
    and identity_memory.entity = '{entity}'
    and identity_memory.source = records.source
    and identity_memory.object = records.object
    and identity_memory.record_id = records.record_id;

insert into ml.identity_memory
select '{entity}', records.source, records.object, records.record_id, {entity}_ids.entity_id, true
from {members} as members
inner join {records} as records on members.place = records.place
inner join {entity}_ids on members.root = {entity}_ids.root
