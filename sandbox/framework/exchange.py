"""One call, one reply, one refusal: what a service's handlers see instead of a web framework."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Call:
    """One request, read completely. `upload` holds the body's path when the route streams its body to disk."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    params: dict[str, str] = field(default_factory=dict)
    upload: Path | None = None
    actor: str = ""
    raw_query: str = ""  # as it was sent, for vendors that read it by rules of their own

    def value(self, name: str, default: str = "") -> str:
        """Return the first value of a query parameter, or `default`."""
        return next((value for key, value in self.query if key == name), default)

    def values(self, name: str) -> list[str]:
        """Return all values of a repeated or comma-separated query parameter, blanks left out."""
        given = [part for key, value in self.query if key == name for part in value.split(",")]
        return [part.strip() for part in given if part.strip()]

    def form(self) -> dict[str, str]:
        """Return the body read as application/x-www-form-urlencoded, over the query parameters."""
        return dict(self.query) | dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> Any:
        """Return the body read as JSON; raises ValueError when it is none."""
        return json.loads(self.body)


@dataclass
class Reply:
    """One answer. `content` is JSON-able data, text, bytes, a file to stream, or None for an empty body."""

    content: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    discard: bool = False  # the file is made for this answer alone and goes after it


class Refusal(Exception):  # noqa: N818  (a vendor's "no" is an answer, not a fault of ours)
    """The vendor's no: raised by a handler, rendered as the reply it carries."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply.content))
        self.reply = reply
