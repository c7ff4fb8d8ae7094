"""Marketo: fields of leads by id, and who is a member of a static list or a program.

Facts: AdobeDocs/marketo-developer.en (Sync Leads, lists, program members): 300 records a call, a status per record in
the order of the input, errors of a whole call inside HTTP 200. Values can be read, so what is unknown is read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from connections.errors import OutcomeUnknown
from connections.http import Connection, Usage
from connections.marketo import read_daily_usage
from reverse_etl.destinations import FOUND, Batch, Channel, FieldDescription, Limits, ObjectDescription, Operation
from reverse_etl.destinations.members import Outcome, Record, in_groups, records_of, table_of
from reverse_etl.destinations.memberships import Memberships
from reverse_etl.values import Family, canonical_number

_LEADS = "leads"
_RECORDS = 300
_FAMILIES: dict[str, Family] = {
    **dict.fromkeys(("string", "email", "phone", "url", "text", "textarea", "reference"), "text"),
    **dict.fromkeys(("integer", "score", "float", "currency", "percent"), "number"),
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
}
_DONE = {"updated", "created", "added", "removed", "memberof", "notmemberof", "deleted"}


class MarketoDestination:
    """Answers the `Destination` protocol for objects leads (key field id), list_members and program_members."""

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
        lists = Memberships("list_members", "list_id", "lead_id", self._listed, self._change_list)
        programs = Memberships(
            "program_members", "program_id", "lead_id", self._enrolled, self._change_program, ("program_status",)
        )
        self._memberships = {one.name: one for one in (lists, programs)}

    @property
    def usage(self) -> Usage:
        """Calls and quota of the connection."""
        return self._connection.usage

    def describe(self, object_name: str) -> ObjectDescription | None:
        """The lead's fields as GET leads/describe.json tells them; those of a membership are known."""
        if object_name in self._memberships:
            return self._memberships[object_name].describe()
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
        """Leads are never made or deleted here: who is a lead is for marketing to say. Also reads the day's calls."""
        read_daily_usage(self._connection)
        others = ", ".join(sorted(operations - {"update"}))
        if object_name != _LEADS or not others:
            return []
        return [f"marketo: leads are updated only (asked for: {others}); use mode update"]

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Memberships that exist; leads are addressed by id."""
        known = self._memberships.get(object_name)
        return known.find(cells) if known else FOUND.empty_table()

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Current values of leads by id, 300 a call; of memberships, the ids that name them."""
        known = self._memberships.get(object_name)
        return known.read(remote_ids, fields) if known else self._read_leads(remote_ids, fields)

    def write(self, batch: Batch) -> pa.Table:
        """Update leads, or add and remove members."""
        known = self._memberships.get(batch.object_name)
        return known.write(batch) if known else table_of(self._update(records_of(batch)))

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

    def _listed(self, list_id: str, leads: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
        for chunk in _chunks(leads):
            params = {"id": ",".join(chunk)}
            answer = self._connection.request("GET", f"v1/lists/{list_id}/leads/ismember.json", params=params)
            yield from ((str(one["id"]), {}) for one in answer.json()["result"] if one["status"] == "memberof")

    def _change_list(self, list_id: str, members: Sequence[Record], is_removal: bool) -> list[Outcome]:
        body = {"input": [{"id": int(member.values["lead_id"])} for member in members]}
        method = "DELETE" if is_removal else "POST"
        answer = self._connection.request(method, f"v1/lists/{list_id}/leads.json", json=body, idempotent=False)
        return _outcomes(members, answer.json()["result"])

    def _enrolled(self, program_id: str, leads: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
        for chunk in _chunks(leads):
            params = {"filterType": "leadId", "filterValues": ",".join(chunk), "fields": "leadId,statusName"}
            answer = self._connection.request("GET", f"v1/programs/{program_id}/members.json", params=params)
            for one in answer.json()["result"]:
                yield str(one["leadId"]), {"program_status": str(one["statusName"])}

    def _change_program(self, program_id: str, members: Sequence[Record], is_removal: bool) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for status, group in in_groups(members, "program_status").items():
            body: dict[str, Any] = {"input": [{"leadId": int(member.values["lead_id"])} for member in group]}
            path = f"v1/programs/{program_id}/members/{'delete' if is_removal else 'status'}.json"
            body |= {} if is_removal else {"statusName": status or "Member"}
            answer = self._connection.request("POST", path, json=body)
            outcomes += _outcomes(group, answer.json()["result"])
        return outcomes

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
