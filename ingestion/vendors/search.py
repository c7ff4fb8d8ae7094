"""People search: whom a vendor knows at an account, by title and level, and who they are at a credit each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connections import Connection, ConnectionFailure
from ingestion.vendors.asking import Replies, ask_all
from ingestion.vendors.contract import Adapter, Answer, Finder, Offer, Question
from ingestion.vendors.rules import PEOPLE_SEARCH, Vendor
from ingestion.vendors.spending import Account


@dataclass(frozen=True)
class Wish:
    """Whom to look for at one account: any of the titles (where none are given, of the levels), at most `most`."""

    request_id: str
    domain: str
    titles: tuple[str, ...]
    seniorities: tuple[str, ...]
    most: int


@dataclass
class Found:
    """People by vendor id with the wish that found them; `stop` is why the rest was not looked for."""

    people: dict[str, tuple[Wish, Mapping[str, Any]]] = field(default_factory=dict)
    searched: int = 0
    bought: int = 0
    stop: str = ""


def find_people(
    adapter: Adapter, connection: Connection, account: Account, vendor: Vendor, wishes: Iterable[Wish], now: datetime
) -> Found:
    """Look wish after wish while the credits of the month and of this load reach. Nobody is paid for twice, also when
    an earlier search ended half-way: who was bought within `refresh_days` is given again at no cost.
    """
    finder = adapter.finder
    if finder is None:
        raise ValueError(f"{adapter.name} does not find people")
    account.open()
    found = Found()
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    left = min(vendor.credits_per_load, vendor.monthly_credits - account.spent_since(month))
    for wish in wishes:
        try:
            levels = () if wish.titles else wish.seniorities
            ids = finder.find(connection, wish.domain, wish.titles, levels, wish.most)
        except ConnectionFailure as failure:
            found.stop = str(failure)
            break
        found.searched += 1
        fresh = [key for key in dict.fromkeys(ids) if key not in found.people]
        known = account.known(fresh, now - timedelta(days=vendor.refresh_days))
        asking = [key for key in fresh if key not in known]
        reach = int(left // finder.credits) if finder.credits else len(asking)
        replies = _bought(finder, connection, account, wish, asking[:reach], now)
        left -= sum(answer.credits for answer in replies.answers) + len(replies.lost) * finder.credits
        found.bought += sum(1 for answer in replies.answers if answer.values)
        for answer in (*known.values(), *replies.answers):
            if answer.values:
                found.people[answer.key] = (wish, answer.values)
        if replies.stop is not None or len(asking) > reach:
            found.stop = str(replies.stop or f"the credits of {vendor.name} do not reach for everybody")
            break
    return found


def _bought(
    finder: Finder, connection: Connection, account: Account, wish: Wish, ids: Sequence[str], now: datetime
) -> Replies:
    """Ask who the people are; what it may cost is counted before, what it did cost after."""
    if not ids:
        return Replies()
    lines = [
        {"input_object": PEOPLE_SEARCH, "record_id": wish.request_id, "question_hash": key, "wanted_fields": "person"}
        for key in ids
    ]
    entries = dict(zip(ids, account.reserve(lines, finder.credits, now), strict=True))
    offer = Offer(("id",), ("id",), finder.reveal, batch=finder.batch, parallel=1, credits=finder.credits)
    replies = ask_all(connection, offer, [Question(key, {"id": key}) for key in ids], ())
    given: list[Answer] = replies.answers
    account.settle(given, entries, now)
    unpaid = [key for key in (*replies.unasked, *replies.failures) if key not in replies.lost]
    account.release([entries[key] for key in unpaid])
    return replies
