"""Marketo: fields of leads by id, and who is a member of a static list.

Facts: AdobeDocs/marketo-developer.en (Sync Leads, lists): 300 records a call, a status per record in the order of the
input, errors of a whole call inside HTTP 200. Values can be read, so what is unknown is read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import pyarrow as pa

from connections.errors import OutcomeUnknown
from connections.http import Connection, Usage
from reverse_etl.destinations import FOUND, Batch, Channel, FieldDescription, Limits, ObjectDescription, Operation
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    addressed,
    in_groups,
    object_of,
    records_of,
    table_of,
    write_in_groups,
)
from reverse_etl.values import Family, canonical_number

_LEADS, _MEMBERS = "leads", "list_members"
_RECORDS = 300
_FAMILIES: dict[str, Family] = {
    **dict.fromkeys(("string", "email", "phone", "url", "text", "textarea", "reference"), "text"),
    **dict.fromkeys(("integer", "score", "float", "currency", "percent"), "number"),
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
}
_DONE = {"updated", "created", "added", "removed", "memberof", "notmemberof"}


class MarketoDestination:
    """Answers the `Destination` protocol for objects leads (key field id) and list_members (list_id, lead_id)."""

    name = "marketo"

    def __init__(self, connection: Connection) -> None:
        sync = Channel("sync", from_records=0, batch_records=_RECORDS, window_records=3_000, batch_bytes=900_000)
        self.limits = Limits(
            channels=(sync,),
            key_fields=("id",),
            blank_is_null=True,
            operations=frozenset({"create", "update", "delete"}),
            is_repeatable=True,
            read_calls=1_000 / _RECORDS,
        )
        self._connection = connection
        self._leads: ObjectDescription | None = None

    @property
    def usage(self) -> Usage:
        """Calls and quota of the connection."""
        return self._connection.usage

    def describe(self, object_name: str) -> ObjectDescription | None:
        """The lead's fields as GET leads/describe.json tells them; a membership has two."""
        if object_name == _MEMBERS:
            return object_of(_MEMBERS, ("list_id", "lead_id"), required=("list_id", "lead_id"))
        if object_name == _LEADS and self._leads is None:
            fields = self._connection.request("GET", "v1/leads/describe.json").json()["result"]
            described = (_field(field) for field in fields if "rest" in field)
            self._leads = ObjectDescription(
                name=_LEADS,
                is_updateable=True,
                is_createable=False,
                is_deletable=False,
                fields={field.name: field for field in described},
            )
        return self._leads if object_name == _LEADS else None

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Leads are never made or deleted here: who is a lead is for marketing to say."""
        others = ", ".join(sorted(operations - {"update"}))
        if object_name != _LEADS or not others:
            return []
        return [f"marketo: leads are updated only (asked for: {others}); use mode update"]

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Memberships that exist; leads are addressed by id."""
        values: dict[str, dict[str, str]] = {}
        for key, field, value in _rows(cells, "record_key", "field", "value"):
            values.setdefault(key, {})[field] = value
        wanted = {f"{one.get('list_id')}:{one.get('lead_id')}": key for key, one in values.items()}
        held = self._memberships(wanted) if object_name == _MEMBERS else []
        rows = [(wanted[remote_id], remote_id) for remote_id in held]
        columns = list(zip(*rows, strict=True)) or [(), ()]
        return pa.table([pa.array(column, pa.string()) for column in columns], schema=FOUND)

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Current values of leads by id, 300 a call; of memberships, the ids that name them."""
        if object_name == _MEMBERS:
            rows = [(held, *held.split(":")) for held in self._memberships(remote_ids)]
            picked = {"list_id": 1, "lead_id": 2}
            arrays = [pa.array([row[0] for row in rows], pa.string())]
            arrays += [pa.array([row[picked[field]] for row in rows], pa.string()) for field in fields]
            return pa.Table.from_arrays(arrays, names=["remote_id", *fields])
        return self._read_leads(remote_ids, fields)

    def write(self, batch: Batch) -> pa.Table:
        """Update leads, or add and remove members list by list."""
        records = records_of(batch)
        if batch.object_name == _MEMBERS:
            records = addressed(records, "list_id", "lead_id")
        if batch.object_name == _LEADS:
            return table_of(self._update(records))
        method = "DELETE" if batch.operation == "delete" else "POST"

        def send(list_id: str, members: Sequence[Record]) -> list[Outcome]:
            outcomes = self._change(method, list_id, members)
            return [
                Outcome(one.key, one.status, one.message, f"{list_id}:{member.values['lead_id']}")
                for one, member in zip(outcomes, members, strict=True)
            ]

        return table_of(write_in_groups(in_groups(records, "list_id"), send))

    def close_out(self, ticket: str) -> None:
        """Nothing takes effect later."""

    def _update(self, records: Sequence[Record]) -> list[Outcome]:
        families = self._families()
        entries = []
        for record in records:
            values = {field: _typed(text, families.get(field, "text")) for field, text in record.values.items()}
            entries.append({"id": int(record.remote_id or record.key), **values, **dict.fromkeys(record.cleared)})
        body = {"action": "updateOnly", "lookupField": "id", "input": entries}
        answer = self._connection.request("POST", "v1/leads.json", json=body)
        return _outcomes(records, answer.json()["result"])

    def _change(self, method: str, list_id: str, members: Sequence[Record]) -> list[Outcome]:
        body = {"input": [{"id": int(member.values["lead_id"])} for member in members]}
        answer = self._connection.request(method, f"v1/lists/{list_id}/leads.json", json=body, idempotent=False)
        return _outcomes(members, answer.json()["result"])

    def _read_leads(self, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        families = self._families()
        ids: list[str] = []
        columns: dict[str, list[str | None]] = {field: [] for field in fields}
        for chunk in _chunks(remote_ids):
            # As a form with _method=GET: three hundred ids and the fields do not fit into an address of 8 KB.
            form = {"filterType": "id", "filterValues": ",".join(chunk), "fields": ",".join(["id", *fields])}
            content = "&".join(f"{name}={value}" for name, value in form.items())
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = self._connection.request(
                "POST", "v1/leads.json", params={"_method": "GET"}, content=content, headers=headers, idempotent=True
            )
            for lead in answer.json()["result"]:
                ids.append(str(lead["id"]))
                for field, values in columns.items():
                    values.append(_canonical(lead.get(field), families.get(field, "text")))
        arrays = [pa.array(ids, pa.string()), *(pa.array(values, pa.string()) for values in columns.values())]
        return pa.Table.from_arrays(arrays, names=["remote_id", *columns])

    def _memberships(self, remote_ids: Iterable[str]) -> list[str]:
        """Those of `list:lead` that are members now."""
        by_list: dict[str, list[str]] = {}
        for remote_id in remote_ids:
            list_id, _, lead = remote_id.partition(":")
            by_list.setdefault(list_id, []).append(lead)
        held = []
        for list_id, leads in by_list.items():
            for chunk in _chunks(leads):
                params = {"id": ",".join(chunk)}
                answer = self._connection.request("GET", f"v1/lists/{list_id}/leads/ismember.json", params=params)
                held += [f"{list_id}:{one['id']}" for one in answer.json()["result"] if one["status"] == "memberof"]
        return held

    def _families(self) -> dict[str, Family]:
        described = self.describe(_LEADS)
        return {} if described is None else {n: f.family for n, f in described.fields.items() if f.family}


def _field(about: dict[str, Any]) -> FieldDescription:
    kind = str(about.get("dataType"))
    family = _FAMILIES.get(kind)
    return FieldDescription(
        name=str(about["rest"]["name"]),
        type_name=kind,
        family=family,
        is_updateable=not about["rest"].get("readOnly"),
        is_nullable=True,
        max_length=about.get("length") if family == "text" else None,
        decimal_digits=0 if kind in {"integer", "score"} else None,
    )


def _outcomes(records: Sequence[Record], results: Sequence[dict[str, Any]]) -> list[Outcome]:
    if len(results) != len(records):
        problem = f"{len(results)} answers came for {len(records)} records"
        raise OutcomeUnknown("marketo", problem, "Read the records back before sending them again")
    return [_outcome(record, result) for record, result in zip(records, results, strict=True)]


def _outcome(record: Record, result: dict[str, Any]) -> Outcome:
    if result.get("status") in _DONE:
        return Outcome(record.key, "accepted", remote_id=str(result.get("id") or "") or None)
    reasons = result.get("reasons") or [{"code": "", "message": str(result.get("status"))}]
    words = "; ".join(f"{reason.get('code')} {reason.get('message')}".strip() for reason in reasons)
    return Outcome(record.key, "rejected", words)


def _typed(text: str, family: Family) -> object:
    """The JSON value of a canonical text."""
    if family == "boolean":
        return text == "true"
    if family == "number":
        return int(text) if text.lstrip("-").isdigit() else float(text)
    return text


def _canonical(value: object, family: Family) -> str | None:
    """The canonical text of a JSON value; an empty text is none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return canonical_number(str(value)) if family == "number" else str(value)


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    whole = list(values)
    for start in range(0, len(whole), _RECORDS):
        yield whole[start : start + _RECORDS]


def _rows(table: pa.Table, *names: str) -> Iterator[tuple[str, ...]]:
    return cast("Iterator[tuple[str, ...]]", zip(*(table[name].to_pylist() for name in names), strict=True))
