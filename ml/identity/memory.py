"""Ids across runs: what the warehouse remembers of every record, and what this run makes of it."""

from collections import defaultdict
from typing import Literal

import duckdb
import pyarrow as pa

from ml.identity.stable_ids import Key, assign_ids
from ml.identity.tables import save, statement

Entity = Literal["account", "person"]
_PREFIXES = {"account": "acc", "person": "per"}
_ID_COLUMNS = {"root": pa.int32(), "entity_id": pa.string()}
_EVENT_COLUMNS = dict.fromkeys(["entity_id", "event", "into_id", "reason"], pa.string())


def identify(connection: duckdb.DuckDBPyConnection, entity: Entity, members: str, records: str) -> None:
    """Make `<entity>_ids` (root, entity_id) and `<entity>_events` for the groups in the table `members`.

    `members` has place and root, `records` the key of each place. Remembers the id of every record. Must run within the
    transaction that writes the results, or a crash would leave ids that nothing else knows. Groups that are what they
    were in the last run keep their id in SQL; only the others are looked at one by one.
    """
    connection.execute(statement("settled_ids", entity=entity, members=members, records=records))
    groups: dict[int, list[Key]] = defaultdict(list)
    memory: dict[Key, str] = {}
    for root, source, object_, record_id, known in connection.execute(
        "select root, source, object, record_id, entity_id from unsettled order by root, place"
    ).fetchall():
        groups[root].append((source, object_, record_id))
        if known is not None:
            memory[source, object_, record_id] = known
    settled = connection.execute("select root, entity_id from settled").fetchall()
    active = connection.execute(
        "select distinct entity_id from ml.identity_memory where entity = ? and is_present", [entity]
    ).fetchall()
    assignment = assign_ids(
        _PREFIXES[entity],
        list(groups.values()),
        memory,
        active={known for (known,) in active},
        settled=frozenset(known for _, known in settled),
    )
    ids = [*zip(groups, assignment.ids, strict=True), *settled]
    save(connection, f"{entity}_ids", _ID_COLUMNS, ids)
    events = [(event.entity_id, event.event, event.into_id, event.reason) for event in assignment.events]
    save(connection, f"{entity}_events", _EVENT_COLUMNS, events)
    connection.execute(statement("remember", entity=entity))
