"""LinkedIn matched audiences: hashed people and companies added to and removed from DMP segments.

Facts: learn.microsoft.com/linkedin/marketing/matched-audiences. Up to 5,000 elements a call, a status per element;
a new segment cannot be found for some seconds; nobody can list members, so the ledger alone knows them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pyarrow as pa

from connections.errors import ConnectionFailure, OutcomeUnknown, RequestRejected
from connections.http import Connection
from reverse_etl.destinations import Batch, Channel, ObjectDescription, Operation
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    WriteOnly,
    addressed,
    audience_limits,
    in_groups,
    object_of,
    records_of,
    table_of,
    without_hash,
    write_in_groups,
)

_PEOPLE, _COMPANIES = "people", "companies"
_OBJECTS = {
    _PEOPLE: object_of(_PEOPLE, ("audience", "email_sha256"), required=("audience", "email_sha256")),
    _COMPANIES: object_of(
        _COMPANIES, ("audience", "company_name", "domain", "country_code"), required=("audience", "domain")
    ),
}
_EDGES = {_PEOPLE: ("USER", "users"), _COMPANIES: ("COMPANY", "companies")}
_READY_SECONDS, _PAUSE_SECONDS, _PAGE = 120.0, 2.0, 100


class LinkedInDestination(WriteOnly[Connection]):
    """Answers the `Destination` protocol for objects people and companies of one ad account."""

    name = "linkedin"

    def __init__(self, connection: Connection, ad_account: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        stream = Channel("stream", from_records=0, batch_records=5_000, window_records=20_000, batch_bytes=4_000_000)
        self.limits = audience_limits(stream)
        super().__init__(connection)
        self._account = f"urn:li:sponsoredAccount:{ad_account}"
        self._sleep = sleep
        self._segments: dict[tuple[str, str], str] = {}

    def describe(self, object_name: str) -> ObjectDescription | None:
        """People or companies; nothing needs to be asked."""
        return _OBJECTS.get(object_name)

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Whether the ad account's segments can be seen."""
        try:
            self._list()
        except RequestRejected as refusal:
            return [f"{refusal} Check LINKEDIN_AD_ACCOUNT and the role of the token's user in it."]
        return []

    def write(self, batch: Batch) -> pa.Table:
        """Add or remove members, segment by segment; a segment that is missing is made."""
        identity = "email_sha256" if batch.object_name == _PEOPLE else "domain"
        records, refused = without_hash(addressed(records_of(batch), "audience", identity), ("email_sha256",))
        action = "REMOVE" if batch.operation == "delete" else "ADD"

        def send(audience: str, members: Sequence[Record]) -> list[Outcome]:
            return self._stream(batch.object_name, audience, action, members)

        return table_of([*refused, *write_in_groups(in_groups(records, "audience"), send)])

    def _stream(self, object_name: str, audience: str, action: str, members: Sequence[Record]) -> list[Outcome]:
        edge = _EDGES[object_name][1]
        segment = self._segment(object_name, audience)
        body = {"elements": [_element(object_name, action, member) for member in members]}
        answer = self._connection.request(
            "POST", f"dmpSegments/{segment}/{edge}", json=body, headers={"X-RestLi-Method": "BATCH_CREATE"}
        )
        results = answer.json().get("elements") or []
        if len(results) != len(members):
            problem = f"{len(results)} answers came for {len(members)} elements"
            raise OutcomeUnknown(self.name, problem, "They are sent again, which does no harm")
        return [_outcome(member, result) for member, result in zip(members, results, strict=True)]

    def _segment(self, object_name: str, audience: str) -> str:
        """The id of a segment given by id or name; one that is not there is made, and waited for."""
        kind = _EDGES[object_name][0]
        if (kind, audience) not in self._segments:
            self._list()
        if (kind, audience) not in self._segments:
            self._create(kind, audience)
        return self._segments[kind, audience]

    def _list(self) -> None:
        start = 0
        while True:
            params = {"q": "account", "account": self._account, "start": start, "count": _PAGE}
            found = self._connection.request("GET", "dmpSegments", params=params).json().get("elements") or []
            for segment in found:
                for handle in (str(segment["id"]), str(segment["name"])):
                    self._segments.setdefault((str(segment["type"]), handle), str(segment["id"]))
            start += len(found)
            if len(found) < _PAGE:
                return

    def _create(self, kind: str, audience: str) -> None:
        body = {
            "name": audience,
            "sourcePlatform": "MARKETMAP",
            "account": self._account,
            "type": kind,
            "destinations": [{"destination": "LINKEDIN"}],
        }
        try:
            made = self._connection.request("POST", "dmpSegments", json=body).headers
            segment = str(made.get("x-restli-id") or made["x-linkedin-id"])
        except OutcomeUnknown:
            self._list()  # made after all?
            if (kind, audience) not in self._segments:
                raise
            segment = self._segments[kind, audience]
        self._wait(segment)
        self._segments[kind, audience] = segment

    def _wait(self, segment: str) -> None:
        waited = 0.0
        while (
            self._connection.request("GET", f"dmpSegments/{segment}", expect=(404,)).status_code
            == httpx.codes.NOT_FOUND
        ):
            if waited >= _READY_SECONDS:
                problem = f"segment {segment} was made but cannot be found after {waited:.0f} s"
                raise ConnectionFailure(self.name, problem, "Run again later; it is found by its name")
            self._sleep(_PAUSE_SECONDS)
            waited += _PAUSE_SECONDS


def _element(object_name: str, action: str, member: Record) -> dict[str, Any]:
    if object_name == _PEOPLE:
        return {"action": action, "userIds": [{"idType": "SHA256_EMAIL", "idValue": member.values["email_sha256"]}]}
    told = {"companyWebsiteDomain": "domain", "companyName": "company_name", "country": "country_code"}
    return {"action": action} | {name: member.values[field] for name, field in told.items() if field in member.values}


def _outcome(member: Record, result: dict[str, Any]) -> Outcome:
    status = int(result.get("status") or 0)
    if status in {200, 201}:
        return Outcome(member.key, "accepted")
    words = str((result.get("error") or {}).get("message") or status)
    return Outcome(member.key, "retryable" if status == 429 or status >= 500 else "rejected", words)
