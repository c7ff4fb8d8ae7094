"""Writing leads: one decision per record, then set-based writes with their activities and log."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from sandbox.framework.clock import Clock
from sandbox.framework.store import Store
from sandbox.services.marketo.attributes import Attribute, attributes
from sandbox.services.marketo.envelope import skipped

API = "Web service API"
NEW_LEAD, CHANGE_DATA_VALUE, DELETE_LEAD = 12, 13, 37
ACTIVITY = pa.schema(
    {
        "marketoGUID": pa.string(),
        "leadId": pa.int64(),
        "activityDate": pa.timestamp("us"),
        "activityTypeId": pa.int64(),
        "campaignId": pa.int64(),
        "primaryAttributeValueId": pa.int64(),
        "primaryAttributeValue": pa.string(),
        "attributes": pa.string(),
    }
)


def activity(
    lead: int, moment: datetime, kind: int, about: tuple[int | None, str | None], **named: Any
) -> dict[str, Any]:
    """Return one activity row; `named` become its attributes, underscores read as blanks."""
    listed = [{"name": name.replace("_", " "), "value": value} for name, value in named.items()]
    return {
        "marketoGUID": uuid.uuid4().hex,
        "leadId": lead,
        "activityDate": moment,
        "activityTypeId": kind,
        "campaignId": None,
        "primaryAttributeValueId": about[0],
        "primaryAttributeValue": about[1],
        "attributes": json.dumps(listed, ensure_ascii=False),
    }


def add_activities(cursor: duckdb.DuckDBPyConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Append activities."""
    insert(cursor, "marketo.activities", pa.Table.from_pylist(list(rows), ACTIVITY))


def log(cursor: duckdb.DuckDBPyConnection, moment: datetime, entries: Sequence[tuple[str, int, str, Any, Any]]) -> None:
    """Append (object, record id, operation, before, after) to the write log."""
    rows = [
        {
            "at": moment, "service": "marketo", "object": kind, "record_id": str(record), "operation": operation,
            "actor": "api", "before": json.dumps(before, default=str) if before is not None else None,
            "after": json.dumps(after, default=str) if after is not None else None,
        }
        for kind, record, operation, before, after in entries
    ]  # fmt: skip
    names = ("service", "object", "record_id", "operation", "actor", "before", "after")
    schema = pa.schema({"at": pa.timestamp("us")} | dict.fromkeys(names, pa.string()))
    insert(cursor, "sandbox.writes", pa.Table.from_pylist(rows, schema))


def insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Append a table of rows by column name."""
    cursor.register("incoming", rows)
    cursor.execute(f"insert into {table} by name select * from incoming")
    cursor.unregister("incoming")


class LeadWriter:
    """Creates, updates and deletes leads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def save(self, records: Sequence[dict[str, Any]], action: str, lookup: str) -> list[dict[str, Any]]:
        """Save leads; returns a status for each record, in input order."""
        known, now = attributes(self._store), self._clock.now()
        with self._store.write() as cursor:
            matches = self._matches(cursor, records, known, lookup)
            free = int(cursor.execute("select coalesce(max(id), 0) + 1 from marketo.leads").fetchall()[0][0])
            statuses, created, updated, seen = list[dict[str, Any]](), {}, {}, set[str]()
            for record in records:
                key = str(record.get(lookup, "")).lower()
                found = [] if action == "createDuplicate" else matches.get(key, [])
                problem = _problem(record, known, action, lookup) or _conflict(found, action, key in seen)
                seen.add(key)
                if problem:
                    statuses.append(problem)
                elif found:
                    updated[found[0]] = record
                    statuses.append({"id": found[0], "status": "updated"})
                else:
                    created[free] = record
                    statuses.append({"id": free, "status": "created"})
                    free += 1
            self._create(cursor, created, now)
            self._update(cursor, updated, known, now)
        return statuses

    def _matches(
        self,
        cursor: duckdb.DuckDBPyConnection,
        records: Sequence[dict[str, Any]],
        known: dict[str, Attribute],
        lookup: str,
    ) -> dict[str, list[int]]:
        keys = [str(record[lookup]).lower() for record in records if record.get(lookup) not in (None, "")]
        key_column = f'lower("{known[lookup].name}"::varchar)'
        query = f"select {key_column}, id from marketo.leads where {key_column} in (select unnest(?)) order by id"
        matches: dict[str, list[int]] = {}
        for key, lead in cursor.execute(query, [keys]).fetchall():
            matches.setdefault(key, []).append(lead)
        return matches

    def _create(self, cursor: duckdb.DuckDBPyConnection, created: dict[int, dict[str, Any]], now: datetime) -> None:
        if not created:
            return
        rows = [record | {"id": lead, "createdAt": now, "updatedAt": now} for lead, record in created.items()]
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            cursor.execute(f"insert into marketo.leads ({names}) values ({marks})", list(row.values()))
        about = (None, None)
        add_activities(
            cursor, [activity(lead, now, NEW_LEAD, about, Source_Type="Web service API") for lead in created]
        )
        log(cursor, now, [("Lead", lead, "insert", None, record) for lead, record in created.items()])

    def _update(
        self,
        cursor: duckdb.DuckDBPyConnection,
        updated: dict[int, dict[str, Any]],
        known: dict[str, Attribute],
        now: datetime,
    ) -> None:
        activities, entries = list[dict[str, Any]](), list[tuple[str, int, str, Any, Any]]()
        for lead, record in updated.items():
            names = [name for name in record if not known[name].read_only]
            if not names:
                continue
            columns = ", ".join(f'"{name}"' for name in names)
            old = cursor.execute(f"select {columns} from marketo.leads where id = ?", [lead]).fetchall()[0]
            assignments = ", ".join(f'"{name}" = ?' for name in names)
            values = [record[name] for name in names]
            cursor.execute(
                f'update marketo.leads set {assignments}, "updatedAt" = ? where id = ?', [*values, now, lead]
            )
            before = dict(zip(names, old, strict=True))
            entries.append(("Lead", lead, "update", before, {name: record[name] for name in names}))
            activities += [
                activity(lead, now, CHANGE_DATA_VALUE, (known[name].number, known[name].label),
                         New_Value=record[name], Old_Value=before[name], Reason=API, Source=API)
                for name in names if before[name] != record[name]
            ]  # fmt: skip
        add_activities(cursor, activities)
        log(cursor, now, entries)

    def delete(self, leads: Sequence[Any]) -> list[dict[str, Any]]:
        """Delete leads by id; returns a status for each, in input order."""
        now = self._clock.now()
        with self._store.write() as cursor:
            query = 'select id, "firstName", "lastName" from marketo.leads where id in (select unnest(?::bigint[]))'
            rows = cursor.execute(query, [[lead for lead in leads if isinstance(lead, int)]]).fetchall()
            gone = {row[0]: " ".join(part for part in row[1:] if part) for row in rows}
            cursor.execute("delete from marketo.leads where id in (select unnest(?::bigint[]))", [list(gone)])
            cursor.execute(
                'delete from marketo.list_members where "leadId" in (select unnest(?::bigint[]))', [list(gone)]
            )
            add_activities(cursor, [activity(lead, now, DELETE_LEAD, (lead, name)) for lead, name in gone.items()])
            log(cursor, now, [("Lead", lead, "delete", {"name": name}, None) for lead, name in gone.items()])
        return [{"id": lead, "status": "deleted"} if lead in gone else skipped("1004", id=lead) for lead in leads]


def _problem(record: dict[str, Any], known: dict[str, Attribute], action: str, lookup: str) -> dict[str, Any] | None:
    """Return why a record is refused by itself."""
    for name, value in record.items():
        if name not in known:
            return skipped("1006", f"Field '{name}' not found")
        if name == "id" and not (action == "updateOnly" and lookup == "id"):
            return skipped("1003", "Field 'id' is only allowed with updateOnly and lookupField id")
        if known[name].read_only and name != lookup:
            return skipped("1003", f"Field '{name}' is read only")
        if not known[name].fits(value):
            return skipped("1001", f"Invalid value '{value}'. Required of type '{known[name].type}'")
    if record.get(lookup) in (None, "") and action != "createDuplicate":
        return skipped("1002", f"Missing value for required parameter '{lookup}'")
    return None


def _conflict(found: list[int], action: str, seen: bool) -> dict[str, Any] | None:
    """Return why a record is refused in the light of what is there."""
    if seen and action != "createDuplicate":
        return skipped("1036")
    if len(found) > 1:
        return skipped("1007")
    if found and action == "createOnly":
        return skipped("1005")
    if not found and action == "updateOnly":
        return skipped("1004")
    return None
