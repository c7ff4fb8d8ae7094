"""One record at a time, and up to 200: sobjects/X[/id], external ids, composite/sobjects."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.store import Undo
from sandbox.services.salesforce import rendering
from sandbox.services.salesforce.conditions import refuse_modified
from sandbox.services.salesforce.errors import RowError, error_reply, refusal
from sandbox.services.salesforce.fields import Field, SObject
from sandbox.services.salesforce.org import Org
from sandbox.services.salesforce.soql import Column, Compiled
from sandbox.services.salesforce.writer import Outcome, Writer, body_object, by_id

MAX_RECORDS = 200
UNDONE = Outcome(
    "",
    False,
    RowError(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
    ),
)
MAX_RETRIEVE = 2000


def sobject_of(org: Org, name: str) -> SObject:
    """Return the object a path or body names; raises NOT_FOUND."""
    found = org.schema.find(name)
    if found is None:
        raise refusal("NOT_FOUND", "The requested resource does not exist")
    return found


def fetch(org: Org, call: Call, sobject: SObject, key: Field, values: list[str], fields: list[str]) -> dict[str, Any]:
    """Return records by the lower-cased value of a key field (ids: by their 15 characters), deleted ones included."""
    wanted = list[Field]()
    for name in fields or list(sobject.fields):
        field = sobject.find(name)
        if field is None:
            raise refusal("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
        wanted.append(field)
    columns = [Column((field.name,), field.type) for field in wanted]
    match = f'substr("{key.name}", 1, 15)' if key.is_id else f'lower("{key.name}"::varchar)'
    given = [value[:15] if key.is_id else value.lower() for value in values]
    listed = ", ".join(f'"{field.name}"' for field in wanted)
    selected = f'{match}, not ({sobject.live()}), "Id", {listed}'
    sql = f"select {selected} from {sobject.table} where {match} in (select unnest(?))"
    with org.store.read() as cursor:
        rows = cursor.execute(sql, [given]).fetchall()
    found: dict[str, Any] = {}
    compiled = Compiled(sobject, "", [], columns)
    for row in rows:
        record = rendering.records(compiled, [row[3:]], call.params["version"])[0]
        record["attributes"] = rendering.attributes(sobject.name, row[2], call.params["version"])
        found.setdefault(row[0], []).append((row[1], record))
    return found


class Records:
    """Handlers for single records and collections."""

    def __init__(self, org: Org) -> None:
        self._org, self._writer = org, Writer(org)

    # -- one record
    def create(self, call: Call) -> Reply:
        """POST sobjects/X."""
        sobject = sobject_of(self._org, call.params["object"])
        outcome = self._writer.write(call, sobject, "insert", [body_object(call)])[0]
        return _single(outcome, Reply(outcome.as_row(), 201))

    def read(self, call: Call) -> Reply:
        """GET sobjects/X/id[?fields=]."""
        sobject = sobject_of(self._org, call.params["object"])
        return self._read(call, sobject, sobject.fields["Id"], call.params["id"])

    def read_by_key(self, call: Call) -> Reply:
        """GET sobjects/X/ExternalId__c/value."""
        sobject, key = self._external(call)
        return self._read(call, sobject, key, call.params["value"])

    def _read(self, call: Call, sobject: SObject, key: Field, value: str) -> Reply:
        found = fetch(self._org, call, sobject, key, [value], call.values("fields"))
        entries: list[tuple[bool, dict[str, Any]]] = next(iter(found.values()), [])
        live = [record for deleted, record in entries if not deleted]
        if len(live) > 1:
            return Reply([record["attributes"]["url"] for record in live], 300)
        if live:
            return Reply(live[0])
        if entries:
            return error_reply("ENTITY_IS_DELETED", "entity is deleted")
        return error_reply("NOT_FOUND", "Provided external ID field does not exist or is not accessible: " + value)

    def update(self, call: Call) -> Reply:
        """PATCH sobjects/X/id."""
        sobject, body = sobject_of(self._org, call.params["object"]), body_object(call)
        if any(name.lower() == "id" for name in body):
            return error_reply("INVALID_FIELD", "The Id field should not be specified in the sobject data.", ("Id",))
        refuse_modified(self._org, sobject, [call])
        outcome = self._writer.write(call, sobject, "update", [body | {"Id": call.params["id"]}])[0]
        return _single(outcome, Reply(None, 204))

    def update_together(self, calls: Sequence[Call]) -> list[Reply] | None:
        """PATCHes of one object in one go; None if what becomes of one could hang on another: then one by one.

        It could where rules look at records, where a value must be unique, where a record is named twice, and where a
        request is refused before its record is looked at.
        """
        sobject = self._org.schema.find(calls[0].params["object"])
        if sobject is None or self._org.rules_for(sobject):
            return None
        barred = {name.lower() for name, field in sobject.fields.items() if field.unique}
        try:
            bodies = [body_object(call) for call in calls]
            if any(barred & {name.lower() for name in body} for body in bodies):
                return None
            if len({call.params["id"][:15] for call in calls}) < len(calls):
                return None
            refuse_modified(self._org, sobject, calls)
            records = [body | {"Id": call.params["id"]} for body, call in zip(bodies, calls, strict=True)]
            outcomes = self._writer.write(calls[0], sobject, "update", records)
        except Refusal:
            return None
        return [_single(outcome, Reply(None, 204)) for outcome in outcomes]

    def delete(self, call: Call) -> Reply:
        """DELETE sobjects/X/id."""
        sobject = sobject_of(self._org, call.params["object"])
        refuse_modified(self._org, sobject, [call])
        return _single(self._writer.write(call, sobject, "delete", by_id([call.params["id"]]))[0], Reply(None, 204))

    def upsert(self, call: Call) -> Reply:
        """PATCH sobjects/X/ExternalId__c/value."""
        sobject, key = self._external(call)
        body = body_object(call)
        barred = {key.name.lower(), "id"} & {name.lower() for name in body}
        if barred and key.name != "Id":
            message = f"The {key.name} field should not be specified in the sobject data."
            return error_reply("INVALID_FIELD", message, (key.name,))
        outcome = self._writer.write(call, sobject, "upsert", [body | {key.name: call.params["value"]}], key=key.name)[
            0
        ]
        if outcome.error and outcome.error.code == "DUPLICATE_EXTERNAL_ID":
            found = fetch(self._org, call, sobject, key, [call.params["value"]], ["Id"])
            urls = [r["attributes"]["url"] for entries in found.values() for deleted, r in entries if not deleted]
            return Reply(urls, 300)
        row = outcome.as_row(upsert=True)
        return _single(outcome, Reply(row, 201 if outcome.created else 200))

    def _external(self, call: Call) -> tuple[SObject, Field]:
        sobject = sobject_of(self._org, call.params["object"])
        key = sobject.find(call.params["field"])
        if key is None or not (key.external_id or key.lookup):
            message = f"Provided external ID field does not exist or is not accessible: {call.params['field']}"
            raise refusal("NOT_FOUND", message)
        return sobject, key

    # -- collections
    def create_many(self, call: Call) -> Reply:
        """POST composite/sobjects."""
        return self._many(call, "insert")

    def update_many(self, call: Call) -> Reply:
        """PATCH composite/sobjects."""
        return self._many(call, "update")

    def upsert_many(self, call: Call) -> Reply:
        """PATCH composite/sobjects/X/ExternalId__c."""
        sobject, key = self._external(call)
        return self._many(call, "upsert", sobject, key.name)

    def delete_many(self, call: Call) -> Reply:
        """DELETE composite/sobjects?ids=&allOrNone=."""
        ids = call.values("ids")
        records = [{"attributes": {"type": self._type_of(record_id)}, "Id": record_id} for record_id in ids]
        return self._write_many(call, "delete", records, call.value("allOrNone").lower() == "true")

    def _type_of(self, record_id: str) -> str:
        found = self._org.schema.by_prefix(record_id)
        if found is None:
            raise refusal("MALFORMED_ID", f"malformed id {record_id}")
        return found.name

    def _many(self, call: Call, operation: str, sobject: SObject | None = None, key: str = "Id") -> Reply:
        body = body_object(call)
        records = body.get("records")
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise refusal("INVALID_INPUT", "records must be a list of records")
        kinds = {str(record.get("attributes", {}).get("type", "")) for record in records}
        if sobject and kinds - {sobject.name}:
            raise refusal("INVALID_INPUT", f"all records must be of type {sobject.name}")
        return self._write_many(call, operation, records, bool(body.get("allOrNone", False)), key)

    def _write_many(
        self, call: Call, operation: str, records: list[dict[str, Any]], all_or_none: bool, key: str = "Id"
    ) -> Reply:
        if len(records) > MAX_RECORDS:
            message = f"record limit reached. cannot submit more than {MAX_RECORDS} records into this call"
            raise refusal("EXCEEDED_ID_LIMIT", message)
        upsert = operation == "upsert"
        outcomes: list[Outcome | None] = [None] * len(records)
        groups: dict[str, list[int]] = {}
        for n, record in enumerate(records):
            groups.setdefault(str(record.get("attributes", {}).get("type", "")), []).append(n)
        with suppress(Undo), self._org.store.write():
            for kind, numbers in groups.items():
                sobject = self._org.schema.find(kind)
                if sobject is None:
                    raise refusal("INVALID_TYPE", f"sObject type '{kind}' is not supported.")
                batch = [records[n] for n in numbers]
                for n, outcome in zip(
                    numbers, self._writer.write(call, sobject, operation, batch, key=key), strict=True
                ):
                    outcomes[n] = outcome
            if all_or_none and any(outcome and outcome.error for outcome in outcomes):
                outcomes = [outcome if outcome and outcome.error else UNDONE for outcome in outcomes]
                raise Undo
        return Reply([outcome.as_row(upsert=upsert) for outcome in outcomes if outcome])

    def retrieve_many(self, call: Call) -> Reply:
        """GET composite/sobjects/X?ids=&fields= and POST with {"ids", "fields"}: null for what is not there."""
        sobject = sobject_of(self._org, call.params["object"])
        body = (
            body_object(call) if call.method == "POST" else {"ids": call.values("ids"), "fields": call.values("fields")}
        )
        ids, fields = body.get("ids") or [], body.get("fields") or []
        if not ids or not fields or len(ids) > MAX_RETRIEVE:
            raise refusal("INVALID_INPUT", f"give 1 to {MAX_RETRIEVE} ids and at least one field")
        found = fetch(self._org, call, sobject, sobject.fields["Id"], ids, fields)
        live = {key: next((r for gone, r in entries if not gone), None) for key, entries in found.items()}
        return Reply([live.get(record_id[:15]) for record_id in ids])


def _single(outcome: Outcome, success: Reply) -> Reply:
    if outcome.error is None:
        return success
    error = outcome.error
    code = "NOT_FOUND" if error.code == "INVALID_CROSS_REFERENCE_KEY" and not error.fields else error.code
    message = "The requested resource does not exist" if code == "NOT_FOUND" else error.message
    return error_reply(code, message, error.fields)
