"""What an answer means for the request that got it. Each vendor adds its own reading (`Dialect`) to the HTTP rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import httpx


@dataclass
class Usage:
    """What a connection has cost so far; the daily figures are the vendor's own and None until it told them."""

    calls: int = 0
    retries: int = 0
    errors: int = 0
    daily_limit: int | None = None
    daily_remaining: int | None = None


class Meaning(Enum):
    """Classes of answers."""

    ACCEPTED = "accepted"
    BUSY = "busy"  # refused before anything was done: safe to repeat
    BROKEN = "broken"  # may have been done: repeated only if the request is idempotent
    DENIED = "denied"  # credentials or rights
    SPENT = "spent"  # the day's calls are used up
    REJECTED = "rejected"


@dataclass(frozen=True)
class Verdict:
    """A reading of one answer, with the vendor's error code and words if there are any."""

    meaning: Meaning
    code: str = ""
    message: str = ""


def judge_status(response: httpx.Response) -> Verdict:
    """The rules of HTTP alone (RFC 9110): 429 and 503 were not carried out, other 5xx may have been."""
    status = response.status_code
    code, words = str(status), response.reason_phrase
    if response.is_success:
        return Verdict(Meaning.ACCEPTED)
    if status in {429, 503}:
        return Verdict(Meaning.BUSY, code, words)
    if status in {408, 500, 502, 504}:
        return Verdict(Meaning.BROKEN, code, words)
    if status in {401, 403}:
        return Verdict(Meaning.DENIED, code, words)
    return Verdict(Meaning.REJECTED, code, words)


def is_whole(response: httpx.Response) -> bool:
    """Whether a body that calls itself JSON is some; a gateway that gives up half way leaves half of it."""
    if "json" not in response.headers.get("content-type", "") or not response.content:
        return True
    try:
        response.json()
    except ValueError:
        return False
    return True


def _nothing_to_note(_response: httpx.Response, _usage: Usage) -> None:
    """Most vendors say nothing about the day's quota."""


@dataclass(frozen=True)
class Dialect:
    """How one vendor speaks: `judge` reads an answer, `note` takes the day's quota from its headers."""

    judge: Callable[[httpx.Response], Verdict] = judge_status
    note: Callable[[httpx.Response, Usage], None] = _nothing_to_note
    root: str = ""
    headers: dict[str, str] = field(default_factory=dict)
