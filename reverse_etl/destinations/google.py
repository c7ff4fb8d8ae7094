"""Google Customer Match by the Data Manager API: a request is taken whole or not at all, its outcome comes as counts.

Facts: developers.google.com/data-manager/api. Up to 10,000 members a request; a refusal names the members at fault;
what was taken is processed later, in minutes to hours, and its status is asked by request id for a while only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from connections.errors import ConnectionFailure, RequestRejected
from connections.google import error_of
from connections.http import Connection
from reverse_etl.destinations import Batch, Channel, ObjectDescription
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
_IDENTIFIERS = {"email_sha256": "emailAddress", "phone_sha256": "phoneNumber"}
_MEMBER = re.compile(r"audience_members\[(\d+)\]")
# Only people whose consent is on record reach this module (mart contact_consents).
_CONSENT = {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"}
_FIRST_PAUSE_SECONDS, _MOST_SECONDS = 1.0, 30.0


class GoogleDestination(WriteOnly[Connection]):
    """Answers the `Destination` protocol for object people of one Google Ads customer."""

    name = "google"

    def __init__(self, connection: Connection, ad_account: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        ingest = Channel("ingest", from_records=0, batch_records=10_000, window_records=20_000, batch_bytes=8_000_000)
        self.limits = audience_limits(ingest)
        super().__init__(connection)
        self._account = {"accountType": "GOOGLE_ADS", "accountId": ad_account}
        self._sleep = sleep

    def describe(self, object_name: str) -> ObjectDescription | None:
        """People; nothing needs to be asked."""
        required = ("audience", "email_sha256")
        return object_of(_PEOPLE, ("audience", *_IDENTIFIERS), required=required) if object_name == _PEOPLE else None

    def write(self, batch: Batch) -> pa.Table:
        """Add or remove members, list by list; `audience` is the id of a Customer Match list."""
        records, refused = without_hash(addressed(records_of(batch), "audience", "email_sha256"), tuple(_IDENTIFIERS))
        method = "remove" if batch.operation == "delete" else "ingest"

        def send(audience: str, members: Sequence[Record]) -> list[Outcome]:
            return self._send(method, audience, members)

        return table_of([*refused, *write_in_groups(in_groups(records, "audience"), send)])

    def _send(self, method: str, audience: str, members: Sequence[Record]) -> list[Outcome]:
        """Send; members that the refusal names are left out, and the others sent once more."""
        outcomes: list[Outcome] = []
        body = self._body(method, audience, members)
        try:
            answer = self._connection.request("POST", f"audienceMembers:{method}", json=body, idempotent=False)
        except RequestRejected as refusal:
            faults = _violations(refusal)
            if not faults:
                raise
            outcomes = [Outcome(members[number].key, "rejected", words) for number, words in faults.items()]
            members = [member for number, member in enumerate(members) if number not in faults]
            if not members:
                return outcomes
            body = self._body(method, audience, members)
            answer = self._connection.request("POST", f"audienceMembers:{method}", json=body, idempotent=False)
        return [*outcomes, *self._processed(str(answer.json()["requestId"]), members)]

    def _body(self, method: str, audience: str, members: Sequence[Record]) -> dict[str, Any]:
        destination = {"operatingAccount": self._account, "productDestinationId": audience}
        body: dict[str, Any] = {
            "destinations": [destination],
            "audienceMembers": [{"userData": {"userIdentifiers": _identifiers(member)}} for member in members],
            "encoding": "HEX",
        }
        if method == "ingest":
            body |= {"consent": _CONSENT, "termsOfService": {"customerMatchTermsOfServiceStatus": "ACCEPTED"}}
        return body

    def _processed(self, request: str, members: Sequence[Record]) -> list[Outcome]:
        """Wait a while for what came of a request; one that takes longer is Google's to finish."""
        pause, waited = _FIRST_PAUSE_SECONDS, 0.0
        while (state := self._status(request))["requestStatus"] == "PROCESSING" and waited < _MOST_SECONDS:
            self._sleep(pause)
            waited, pause = waited + pause, pause * 2
        status = state["requestStatus"]
        if status in {"SUCCESS", "PROCESSING"}:
            return all_of(members, "accepted", "" if status == "SUCCESS" else f"request {request} is in process")
        counts = (state.get("errorInfo") or {}).get("errorCounts") or []
        words = ", ".join(f"{count.get('recordCount')} {count.get('reason')}" for count in counts) or status
        return all_of(members, "undivided" if len(members) > 1 else "rejected", words)

    def _status(self, request: str) -> dict[str, Any]:
        params = {"requestId": request}
        try:
            answer = self._connection.request("GET", "requestStatus:retrieve", params=params).json()
        except ConnectionFailure:
            return {"requestStatus": "PROCESSING"}  # it was taken, which is what counts; its status is a courtesy
        return dict((answer.get("requestStatusPerDestination") or [{"requestStatus": "PROCESSING"}])[0])


def _identifiers(member: Record) -> list[dict[str, str]]:
    return [{name: member.values[field]} for field, name in _IDENTIFIERS.items() if field in member.values]


def _violations(refusal: RequestRejected) -> dict[int, str]:
    """The members that a refusal names, by their place in the request, with the words."""
    found: dict[int, str] = {}
    for detail in error_of(refusal.body).get("details") or []:
        for violation in detail.get("fieldViolations") or []:
            place = _MEMBER.search(str(violation.get("field", "")))
            if place is None:
                return {}
            found[int(place[1])] = f"{violation.get('reason')}: {violation.get('description')}"
    return found
