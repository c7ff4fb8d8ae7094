"""Meta custom audiences: hashed people added and removed, answered with counts only.

Facts: developers.facebook.com, Marketing API, Custom Audiences. Up to 10,000 rows a request, a session for each;
how many rows were invalid is told, never which, so a batch with invalid rows is halved until they stand alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from connections.errors import OutcomeUnknown, RequestRejected
from connections.http import Connection
from reverse_etl.destinations import Batch, Channel, ObjectDescription, Operation
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    WriteOnly,
    addressed,
    all_of,
    audience_limits,
    in_groups,
    object_of,
    records_of,
    table_of,
    without_hash,
    write_in_groups,
)

_PEOPLE = "people"
# Our field -> Meta's key; a removal needs the address alone.
_SCHEMA = {
    "email_sha256": "EMAIL",
    "phone_sha256": "PHONE",
    "first_name_sha256": "FN",
    "last_name_sha256": "LN",
    "country_sha256": "COUNTRY",
}
# 2650: the session is out of order, too old or at its end; a new one is opened with the next request.
_SESSION_LOST = "2650"


class MetaDestination(WriteOnly[Connection]):
    """Answers the `Destination` protocol for object people of one ad account."""

    name = "meta"

    def __init__(self, connection: Connection, ad_account: str) -> None:
        users = Channel("users", from_records=0, batch_records=10_000, window_records=20_000, batch_bytes=8_000_000)
        self.limits = audience_limits(users)
        super().__init__(connection)
        self._account = ad_account
        self._audiences: dict[str, str] = {}

    def describe(self, object_name: str) -> ObjectDescription | None:
        """People; nothing needs to be asked."""
        required = ("audience", "email_sha256")
        return object_of(_PEOPLE, ("audience", *_SCHEMA), required=required) if object_name == _PEOPLE else None

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Whether the ad account's audiences can be seen."""
        try:
            self._list()
        except RequestRejected as refusal:
            return [f"{refusal} Check META_AD_ACCOUNT and the token's rights on it."]
        return []

    def write(self, batch: Batch) -> pa.Table:
        """Add or remove members, audience by audience; an audience that is missing is made."""
        records, refused = without_hash(addressed(records_of(batch), "audience", "email_sha256"), tuple(_SCHEMA))
        is_removal = batch.operation == "delete"

        def send(audience: str, members: Sequence[Record]) -> list[Outcome]:
            return self._users(audience, members, is_removal=is_removal)

        return table_of([*refused, *write_in_groups(in_groups(records, "audience"), send)])

    def _users(self, audience: str, members: Sequence[Record], *, is_removal: bool) -> list[Outcome]:
        fields = ["email_sha256"] if is_removal else list(_SCHEMA)
        rows = [[member.values.get(field, "") for field in fields] for member in members]
        body = {
            "session": {
                "session_id": secrets.randbelow(2**63),
                "batch_seq": 1,
                "last_batch_flag": True,
                "estimated_num_total": len(rows),
            },
            "payload": {"schema": [_SCHEMA[field] for field in fields], "data": rows},
        }
        path = f"{self._audience(audience)}/users"
        try:
            method = "DELETE" if is_removal else "POST"
            answer = self._connection.request(method, path, json=body, idempotent=False).json()
        except RequestRejected as refusal:
            if refusal.code.startswith(_SESSION_LOST):
                return all_of(members, "retryable", str(refusal))
            raise
        return self._outcomes(members, answer)

    def _outcomes(self, members: Sequence[Record], answer: dict[str, Any]) -> list[Outcome]:
        received, invalid = int(answer.get("num_received") or 0), int(answer.get("num_invalid_entries") or 0)
        if received != len(members):
            problem = f"{received} rows were received of {len(members)}"
            raise OutcomeUnknown(self.name, problem, "They are sent again, which does no harm")
        if not invalid:
            return all_of(members, "accepted")
        if len(members) > 1:
            return all_of(members, "undivided", f"{invalid} of {len(members)} rows are invalid")
        words = "".join(str(reason) for reason in (answer.get("invalid_entry_samples") or {}).values())
        return all_of(members, "rejected", f"Meta found the row invalid ({words or 'no reason given'})")

    def _audience(self, name: str) -> str:
        """The id of an audience given by id or name; one that is not there is made."""
        if name not in self._audiences:
            self._list()
        if name not in self._audiences:
            self._create(name)
        return self._audiences[name]

    def _list(self) -> None:
        params: dict[str, str | int] = {"fields": "id,name", "limit": 100}
        while True:
            page = self._connection.request("GET", f"act_{self._account}/customaudiences", params=params).json()
            for audience in page.get("data") or []:
                for handle in (str(audience["id"]), str(audience["name"])):
                    self._audiences.setdefault(handle, str(audience["id"]))
            paging = page.get("paging") or {}
            if "next" not in paging:
                return
            params["after"] = str(paging["cursors"]["after"])

    def _create(self, name: str) -> None:
        body = {"name": name, "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
        body["description"] = "Kept up to date by marketmap"
        try:
            answer = self._connection.request("POST", f"act_{self._account}/customaudiences", json=body).json()
            self._audiences[name] = str(answer["id"])
        except OutcomeUnknown:
            self._list()  # made after all?
            if name not in self._audiences:
                raise
