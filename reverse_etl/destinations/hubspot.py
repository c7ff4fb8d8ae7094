"""HubSpot: properties of CRM objects in batches of 100, and members of lists.

Facts: HubSpot's OpenAPI descriptions, CRM objects v3 and lists v3. Results come in any order, so each input carries a
trace id; values are texts, and the empty text clears. A create under a property with unique values goes as an upsert by
it, so that a repetition finds what was made; search is not used for that, because its index lags behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pyarrow as pa

from connections.errors import RequestRejected
from connections.http import Connection, Usage
from reverse_etl.destinations import (
    FOUND,
    Batch,
    Channel,
    FieldDescription,
    Limits,
    ObjectDescription,
    Operation,
    OutcomeStatus,
)
from reverse_etl.destinations.members import Outcome, Record, all_of, records_of, table_of
from reverse_etl.destinations.memberships import Memberships
from reverse_etl.values import Family, canonical_number

_RECORDS, _MEMBERS = 100, 250
_LONGEST_TEXT = 65_536
_ID = "hs_object_id"
_FAMILIES: dict[str, Family] = {
    **dict.fromkeys(("string", "enumeration", "phone_number"), "text"),
    "number": "number",
    "bool": "boolean",
    "date": "date",
    "datetime": "timestamp",
}
_RETRYABLE = {"INTERNAL_ERROR", "RATE_LIMITS"}


class HubSpotDestination:
    """Answers the `Destination` protocol for every CRM object (companies, contacts, ...) and for list_members.

    The key field of objects is hs_object_id; lists take members while they are not dynamic.
    """

    name = "hubspot"

    def __init__(self, connection: Connection) -> None:
        batch = Channel("batch", from_records=0, batch_records=_RECORDS, window_records=2_000, batch_bytes=4_000_000)
        self.limits = Limits(
            channels=(batch,),
            key_fields=(_ID,),
            blank_is_null=True,
            operations=frozenset({"create", "update", "delete"}),
            read_calls=1_000 / _RECORDS,
        )
        self._connection = connection
        self._described: dict[str, ObjectDescription] = {}
        self._lists = Memberships("list_members", "list_id", "record_id", self._listed, self._change_list)

    @property
    def usage(self) -> Usage:
        """Calls and quota of the connection."""
        return self._connection.usage

    def describe(self, object_name: str) -> ObjectDescription | None:
        """GET properties/{object}, once per object; None for an object that does not exist."""
        if object_name == self._lists.name:
            return self._lists.describe()
        if object_name not in self._described:
            answer = self._connection.request("GET", f"/crm/v3/properties/{object_name}", expect=(400, 404))
            if answer.status_code != httpx.codes.OK:
                return None
            fields = {str(one["name"]): _field(one) for one in answer.json()["results"]}
            self._described[object_name] = ObjectDescription(name=object_name, is_updateable=True, fields=fields)
        return self._described[object_name]

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Nothing that the description does not tell."""
        return []

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Records by a property with unique values; other properties could answer too late to be trusted."""
        if object_name == self._lists.name:
            return self._lists.find(cells)
        wanted: dict[str, dict[str, str]] = {}
        for row in cells.to_pylist():
            if row["value"] is not None and self._is_unique(object_name, row["field"]):
                wanted.setdefault(row["field"], {})[str(row["value"]).lower()] = row["record_key"]
        found: dict[str, str] = {}
        for field, keys in wanted.items():
            for record in self._read(object_name, list(keys), [field], by=field):
                found[keys[str(record["properties"][field]).lower()]] = str(record["id"])
        return pa.table([pa.array(found, pa.string()), pa.array(found.values(), pa.string())], schema=FOUND)

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Current values of live records by id, 100 a call."""
        if object_name == self._lists.name:
            return self._lists.read(remote_ids, fields)
        described = self.describe(object_name)
        families = {} if described is None else {name: about.family for name, about in described.fields.items()}
        records = list(self._read(object_name, remote_ids, fields))
        columns = [
            pa.array([_canonical(one["properties"].get(field), families.get(field)) for one in records], pa.string())
            for field in fields
        ]
        ids = pa.array([str(one["id"]) for one in records], pa.string())
        return pa.Table.from_arrays([ids, *columns], names=["remote_id", *fields])

    def write(self, batch: Batch) -> pa.Table:
        """Create or upsert, update, or archive; what no answer speaks of is left out."""
        if batch.object_name == self._lists.name:
            return self._lists.write(batch)
        records = records_of(batch)
        base = f"/crm/v3/objects/{batch.object_name}/batch"
        if batch.operation == "delete":
            inputs: list[dict[str, Any]] = [{"id": record.remote_id} for record in records]
            self._connection.request("POST", f"{base}/archive", json={"inputs": inputs}, idempotent=True)
            return table_of(Outcome(record.key, "accepted") for record in records)
        unique = batch.key_field if batch.key_field and batch.key_field != _ID else None
        verb = "update" if batch.operation == "update" else "upsert" if unique else "create"
        inputs = [_input(record, verb, unique) for record in records]
        answer = self._connection.request("POST", f"{base}/{verb}", json={"inputs": inputs})
        return table_of(_outcomes(records, answer.json()))

    def close_out(self, ticket: str) -> None:
        """Nothing takes effect later."""

    def _listed(self, list_id: str, members: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
        wanted, after = set(members), ""
        while True:
            params = {"limit": str(_MEMBERS), **({"after": after} if after else {})}
            page = self._connection.request("GET", f"/crm/v3/lists/{list_id}/memberships", params=params).json()
            yield from ((member, {}) for one in page["results"] if (member := str(one["recordId"])) in wanted)
            after = str(((page.get("paging") or {}).get("next") or {}).get("after") or "")
            if not after:
                return

    def _change_list(self, list_id: str, members: Sequence[Record], is_removal: bool) -> list[Outcome]:
        path = f"/crm/v3/lists/{list_id}/memberships/{'remove' if is_removal else 'add'}"
        ids = [record.values["record_id"] for record in members]
        try:
            answer = self._connection.request("PUT", path, json=ids).json()
        except RequestRejected as refusal:
            if refusal.status != httpx.codes.BAD_REQUEST:
                raise
            return all_of(members, "rejected", str(refusal))  # about the list: records that are not there are listed
        missing = {str(one) for one in answer.get("recordIdsMissing") or []}
        return [
            Outcome(record.key, "rejected", "HubSpot has no such record")
            if record.values["record_id"] in missing
            else Outcome(record.key, "accepted")
            for record in members
        ]

    def _is_unique(self, object_name: str, field: str) -> bool:
        described = self.describe(object_name)
        about = described.fields.get(field) if described else None
        return about is not None and about.is_unique

    def _read(
        self, object_name: str, keys: Sequence[str], fields: Sequence[str], *, by: str | None = None
    ) -> Iterator[dict[str, Any]]:
        for start in range(0, len(keys), _RECORDS):
            inputs = [{"id": key} for key in keys[start : start + _RECORDS]]
            body: dict[str, Any] = {"inputs": inputs, "properties": list(fields)}
            body |= {"idProperty": by} if by else {}
            path = f"/crm/v3/objects/{object_name}/batch/read"
            yield from self._connection.request("POST", path, json=body, idempotent=True).json()["results"]


def _field(about: Mapping[str, Any]) -> FieldDescription:
    kind, change = str(about.get("type")), about.get("modificationMetadata") or {}
    options = [str(option["value"]) for option in about.get("options") or []] if kind == "enumeration" else None
    return FieldDescription(
        name=str(about["name"]),
        type_name=kind,
        family=_FAMILIES.get(kind),
        is_updateable=not change.get("readOnlyValue") and not about.get("calculated"),
        is_nullable=True,
        max_length=_LONGEST_TEXT if kind == "string" else None,
        allowed_values=tuple(options) if options else None,
        separator=";" if about.get("fieldType") == "checkbox" else None,
        is_unique=bool(about.get("hasUniqueValue")),
    )


def _input(record: Record, verb: str, unique: str | None) -> dict[str, Any]:
    """One input; HubSpot clears a property by the empty text."""
    entry: dict[str, Any] = {
        "properties": {**record.values, **dict.fromkeys(record.cleared, "")},
        "objectWriteTraceId": record.key,
    }
    if verb == "update":
        entry["id"] = record.remote_id
    elif unique:
        entry |= {"id": record.key, "idProperty": unique}
    return entry


def _outcomes(records: Sequence[Record], answer: Mapping[str, Any]) -> Iterator[Outcome]:
    """Found again by trace id, or by id: results are in no order, and errors name what they are about."""
    by_id = {record.remote_id: record.key for record in records if record.remote_id}
    keys = {record.key for record in records}
    for result in answer.get("results") or []:
        key = result.get("objectWriteTraceId") or by_id.get(str(result["id"]))
        if key in keys:
            yield Outcome(str(key), "accepted", remote_id=str(result["id"]))
    for error in answer.get("errors") or []:
        context = error.get("context") or {}
        traced = [*(context.get("objectWriteTraceId") or []), *(by_id.get(one) for one in context.get("ids") or [])]
        status: OutcomeStatus = "retryable" if error.get("category") in _RETRYABLE else "rejected"
        for key in dict.fromkeys(traced):
            if key in keys:
                yield Outcome(str(key), status, f"{error.get('category')}: {error.get('message')}")


def _canonical(value: object, family: Family | None) -> str | None:
    """The canonical text of a property; an empty text is none."""
    if value is None or value == "":
        return None
    text = str(value)
    if family == "number":
        return canonical_number(text)
    if family == "timestamp":
        moment = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
    return text.lower() if family == "boolean" else text
