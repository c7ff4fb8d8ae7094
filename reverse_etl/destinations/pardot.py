"""Account Engagement (Pardot): who is a member of a static list.

Facts: developer.salesforce.com/docs/marketing/pardot, "List Membership" of version 5: a membership is a record with an
id of its own, made by POST and removed by DELETE, one a call; a query names the list and is answered page by page.
"""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from connections.errors import ConnectionFailure, OutcomeUnknown, RequestRejected
from connections.http import Connection
from reverse_etl.destinations import Channel
from reverse_etl.destinations.lists import ListDestination
from reverse_etl.destinations.members import Outcome, Record, all_of

_PATH = "/api/v5/objects/list-memberships"
_PAGE = 1_000
_RECORDS = 1_000
# Refusals of one member: the prospect, the list or the pair does not fit. Others concern every call.
_MEMBER_REFUSED = {400, 404, 405, 409, 422}


class PardotDestination(ListDestination):
    """Prospects in lists that are not dynamic.

    The list is read before each batch, for a removal needs the id of the membership and whoever is in it already is not
    sent: a few calls beside one for every member.
    """

    name = "pardot"

    def __init__(self, connection: Connection) -> None:
        single = Channel(
            "single",
            from_records=0,
            batch_records=_RECORDS,
            window_records=_RECORDS,
            batch_bytes=4_000_000,
            batch_calls=_RECORDS,
        )
        super().__init__(connection, "prospect_id", single)

    def close_out(self, ticket: str) -> None:
        """Nothing takes effect later."""

    def _members(self, list_id: str) -> dict[str, str]:
        """Id of the membership by prospect."""
        held: dict[str, str] = {}
        token = ""
        while True:
            params = {"fields": "id,prospectId", "listId": list_id, "limit": str(_PAGE)}
            params |= {"nextPageToken": token} if token else {}
            page = self._connection.request("GET", _PATH, params=params).json()
            held |= {str(one["prospectId"]): str(one["id"]) for one in page["values"]}
            token = str(page.get("nextPageToken") or "")
            if not token:
                return held

    def _change(self, list_id: str, members: Sequence[Record], is_removal: bool) -> list[Outcome]:
        """Member by member: what fails for one is told for it alone, what would fail for all ends the batch."""
        held = self._members(list_id)
        outcomes: list[Outcome] = []
        for place, record in enumerate(members):
            prospect = record.values["prospect_id"]
            try:
                if is_removal and prospect in held:
                    gone = (httpx.codes.NOT_FOUND,)
                    self._connection.request("DELETE", f"{_PATH}/{held.pop(prospect)}", expect=gone)
                elif not is_removal and prospect not in held:
                    held[prospect] = self._add(list_id, prospect)
                outcomes.append(Outcome(record.key, "accepted"))
            except OutcomeUnknown as lost:
                outcomes.append(Outcome(record.key, "unknown", str(lost)))
            except ConnectionFailure as failure:
                if isinstance(failure, RequestRejected) and failure.status in _MEMBER_REFUSED:
                    outcomes.append(Outcome(record.key, "rejected", str(failure)))
                    continue
                if not outcomes:
                    raise
                return outcomes + all_of(members[place:], "retryable", str(failure))
        return outcomes

    def _add(self, list_id: str, prospect: str) -> str:
        body = {"listId": _number(list_id), "prospectId": _number(prospect)}
        made = self._connection.request("POST", _PATH, params={"fields": "id"}, json=body)
        return str(made.json()["id"])


def _number(text: str) -> int | str:
    """An id as Pardot writes it; what is none goes as it is and is refused by name."""
    return int(text) if text.isdecimal() else text
