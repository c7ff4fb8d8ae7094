"""Eloqua: who is a member of a contact list (a shared list).

Facts: docs.oracle.com, "Bulk API": "Sync actions to Eloqua", "Filtering", "Sync status types". A definition says what
is to be done with contacts, the contacts follow as data, and a sync does it while one waits. A sync action finds
contacts by id and makes none. Whom it did not find it need not name, so the list is read afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx

from connections.errors import ConnectionFailure, OutcomeUnknown, RequestRejected
from connections.http import Connection
from reverse_etl.destinations import Channel
from reverse_etl.destinations.lists import ListDestination
from reverse_etl.destinations.members import Outcome, Record, all_of

_ROOT = "/api/bulk/2.0"
_FIELDS = {"ContactId": "{{Contact.Id}}"}
_RECORDS, _PAGE = 20_000, 50_000
_WAITS = (0.2, 1.0, 2.0, 5.0, 10.0)  # seconds between two looks at a sync; the last one repeats
_LOOKS = 360
_WAITING = {"pending", "active"}


class EloquaDestination(ListDestination):
    """Contacts in shared lists."""

    name = "eloqua"

    def __init__(self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> None:
        bulk = Channel(
            "bulk",
            from_records=0,
            batch_records=_RECORDS,
            window_records=_RECORDS,
            batch_bytes=30_000_000,
            batch_calls=12.0,
        )
        super().__init__(connection, "contact_id", bulk)
        self._sleep = sleep

    def close_out(self, ticket: str) -> None:
        """A sync that is still waiting does what the next one would do."""

    def _members(self, list_id: str) -> set[str]:
        """Every contact of a list, by an export."""
        filtered = {"filter": f"EXISTS('{{{{ContactList[{list_id}]}}}}')"}
        definition = self._defined("exports", list_id, filtered)
        sync = self._post("/syncs", {"syncedInstanceUri": definition})["uri"]
        status = self._ended(sync)
        if status == "error":
            raise OutcomeUnknown(self.name, f"the export of list {list_id} failed", "Run again")
        return {str(row["ContactId"]) for row in self._pages(f"{sync}/data")}

    def _change(self, list_id: str, members: Sequence[Record], is_removal: bool) -> list[Outcome]:
        verb = "remove" if is_removal else "add"
        actions = {
            "identifierFieldName": "ContactId",
            "syncActions": [{"action": verb, "destination": f"{{{{ContactList[{list_id}]}}}}"}],
        }
        try:
            definition = self._defined("syncActions", list_id, actions)
        except RequestRejected as refusal:
            if refusal.status != httpx.codes.BAD_REQUEST:
                raise
            return all_of(members, "rejected", str(refusal))  # about the list: contacts are not named yet
        contacts = list(dict.fromkeys(record.values["contact_id"] for record in members))
        self._post(f"{definition}/data", [{"ContactId": contact} for contact in contacts], read=False)
        asked = {"syncedInstanceUri": definition}
        sync = self._connection.request("POST", f"{_ROOT}/syncs", json=asked, idempotent=False).json()["uri"]
        try:
            return self._outcomes(list_id, members, sync, is_removal)
        except OutcomeUnknown:
            raise
        except ConnectionFailure as failure:
            raise OutcomeUnknown(self.name, f"{sync} was begun, and then: {failure}", failure.remedy) from failure

    def _outcomes(self, list_id: str, members: Sequence[Record], sync: str, is_removal: bool) -> list[Outcome]:
        """What became of each member: the list says who is in it, the sync why somebody was refused."""
        status = self._ended(sync)
        if is_removal and status == "success":
            return all_of(members, "accepted")
        held = self._members(list_id)
        refusals = {
            str(row.get("fieldValues", {}).get("ContactId")): f"{row.get('statusCode')} {row.get('message')}"
            for row in (self._pages(f"{sync}/rejects") if status != "success" else ())
        }
        outcomes = []
        for record in members:
            contact = record.values["contact_id"]
            words = refusals.get(contact, f"Eloqua has no such contact, or did not take it; the sync ended: {status}")
            done = (contact in held) != is_removal
            outcomes.append(Outcome(record.key, "accepted") if done else Outcome(record.key, "rejected", words))
        return outcomes

    def _defined(self, kind: str, list_id: str, more: dict[str, Any]) -> str:
        """Make a definition; its address."""
        body = {"name": f"marketmap list {list_id}", "fields": _FIELDS, **more}
        return str(self._post(f"/contacts/{kind}", body)["uri"])

    def _post(self, path: str, body: Any, *, read: bool = True) -> dict[str, Any]:
        # What is made twice here costs the vendor a little room and changes nothing.
        answer = self._connection.request("POST", f"{_ROOT}{path}", json=body, idempotent=True)
        return dict(answer.json()) if read else {}

    def _ended(self, sync: str) -> str:
        """Wait for a sync; how it ended."""
        for look in range(_LOOKS):
            status = str(self._connection.request("GET", f"{_ROOT}{sync}").json().get("status"))
            if status not in _WAITING:
                return status
            self._sleep(_WAITS[min(look, len(_WAITS) - 1)])
        raise OutcomeUnknown(self.name, f"{sync} is {status} after an hour", "Look at it in Eloqua, then run again")

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            params = {"limit": str(_PAGE), "offset": str(offset)}
            page = self._connection.request("GET", f"{_ROOT}{path}", params=params).json()
            yield from page.get("items") or []
            offset += _PAGE
            if not page.get("hasMore"):
                return
