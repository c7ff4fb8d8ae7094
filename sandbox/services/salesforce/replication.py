"""What changed and what is gone: updated/, deleted/, and merging as a person would do it in the CRM."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce.checks import quoted
from sandbox.services.salesforce.errors import refusal
from sandbox.services.salesforce.fields import SObject
from sandbox.services.salesforce.org import PERSON_ID, Org
from sandbox.services.salesforce.records import sobject_of
from sandbox.services.salesforce.rendering import json_value
from sandbox.services.salesforce.saving import Change, delete
from sandbox.services.salesforce.soql.values import moment

WINDOW = timedelta(days=30)
MERGEABLE = ("Account", "Contact", "Lead")


class Replication:
    """Handlers for getUpdated and getDeleted, and the control verb that merges."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def updated(self, call: Call) -> Reply:
        """GET sobjects/X/updated/?start=&end=."""
        sobject, start, end = self._span(call)
        rows = self._rows(f'select "Id" from {sobject.table} where {_within()} and {sobject.live()}', start, end)
        return Reply({"ids": [row[0] for row in rows], "latestDateCovered": json_value(end)})

    def deleted(self, call: Call) -> Reply:
        """GET sobjects/X/deleted/?start=&end=."""
        sobject, start, end = self._span(call)
        query = f'select "Id", "SystemModstamp" from {sobject.table} where {_within()} and not ({sobject.live()})'
        gone = [{"id": row[0], "deletedDate": json_value(row[1])} for row in self._rows(query, start, end)]
        earliest = self._org.clock.now() - WINDOW
        return Reply(
            {
                "deletedRecords": gone,
                "earliestDateAvailable": json_value(earliest),
                "latestDateCovered": json_value(end),
            }
        )

    def _rows(self, query: str, start: datetime, end: datetime) -> list[tuple[Any, ...]]:
        with self._org.store.read() as cursor:
            return cursor.execute(query + ' order by "SystemModstamp"', [start, end]).fetchall()

    def _span(self, call: Call) -> tuple[SObject, datetime, datetime]:
        sobject = sobject_of(self._org, call.params["object"])
        if "SystemModstamp" not in sobject.fields:
            raise refusal("INVALID_TYPE_FOR_OPERATION", f"Object type {sobject.name} is not replicateable")
        try:
            start, end = (moment(call.value(name).replace(" ", "+")) for name in ("start", "end"))
        except (ValueError, IndexError):
            raise refusal("INVALID_REPLICATION_DATE", "start and end must be ISO 8601 date-times with a zone") from None
        now = self._org.clock.now()
        if start >= end:
            raise refusal("INVALID_REPLICATION_DATE", "startDate must be before endDate")
        if start < now - WINDOW:
            raise refusal("INVALID_REPLICATION_DATE", "startDate before org replication enabled date")
        return sobject, start, min(end, now)

    def merge(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Merge records: {"object", "master", "duplicates": [ids]}. Children move to the master. Raises ValueError."""
        sobject = self._org.schema.find(str(settings.get("object")))
        if sobject is None or sobject.name not in MERGEABLE:
            raise ValueError(f"object {settings.get('object')!r} cannot be merged; use one of {', '.join(MERGEABLE)}")
        master, losers = str(settings["master"]), [str(loser) for loser in settings["duplicates"]]
        now = self._org.clock.now()
        with self._org.store.write() as cursor:
            live = f'select "Id" from {sobject.table} where "Id" in (select unnest(?)) and not "IsDeleted"'
            missing = {master, *losers} - {row[0] for row in cursor.execute(live, [[master, *losers]]).fetchall()}
            if missing or master in losers:
                raise ValueError(
                    f"not live {sobject.name} records of their own: {', '.join(sorted(missing or {master}))}"
                )
            stamps = '"SystemModstamp" = ?'
            for child in self._org.schema.objects():
                for field in child.fields.values():
                    if sobject.name in field.references and field.name != "MasterRecordId":
                        cursor.execute(
                            f'update {child.table} set "{field.name}" = ?, {stamps} '
                            f'where "{field.name}" in (select unnest(?))',
                            [master, now, losers],
                        )
            cursor.execute(
                f'update {sobject.table} set "MasterRecordId" = ? where "Id" in (select unnest(?))', [master, losers]
            )
            change = Change(sobject, "delete", (), PERSON_ID, now)
            listed = ", ".join(quoted(loser) for loser in losers)
            delete(cursor, self._org.schema, change, f"select unnest([{listed}])")
        return {"object": sobject.name, "master": master, "merged": losers}


def _within() -> str:
    return '"SystemModstamp" >= ? and "SystemModstamp" < ?'
