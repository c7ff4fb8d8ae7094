"""Clearbit's enrichment API, and services of its shape: one record a call by domain or e-mail."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from connections import Connection, Unreachable
from connections.keyed import CLEARBIT as SYSTEM
from connections.keyed import opener
from ingestion.vendors.contract import ACCOUNTS, CONTACTS, Adapter, Answer, Offer, Question, flat

_UNKNOWN = {httpx.codes.NOT_FOUND: "unknown_record"}
# 202: the vendor looks the record up and has it a moment later.
_LOOKING = "is being looked up"


def _find(connection: Connection, question: Question, path: str, name: str) -> Answer:
    response = connection.request("GET", path, params={name: question.inputs[name]}, expect=tuple(_UNKNOWN))
    if response.status_code == httpx.codes.ACCEPTED:
        raise Unreachable(SYSTEM.name, f"a record {_LOOKING}", "Run again later; it will be answered then")
    if response.status_code in _UNKNOWN:
        return Answer(question.key)
    return Answer(question.key, flat(response.json()), 1.0)


def _companies(connection: Connection, questions: Sequence[Question], _fields: Sequence[str]) -> list[Answer]:
    return [_find(connection, question, "/v2/companies/find", "domain") for question in questions]


def _people(connection: Connection, questions: Sequence[Question], _fields: Sequence[str]) -> list[Answer]:
    return [_find(connection, question, "/v2/people/find", "email") for question in questions]


def _probe(connection: Connection) -> str:
    """GET /v1/account, which costs nothing."""
    usage = connection.request("GET", "/v1/account").json()
    return f"{usage['remaining']:,} calls left this month"


CLEARBIT = Adapter(
    SYSTEM.name,
    opener(SYSTEM),
    {
        ACCOUNTS: Offer(("domain",), ("domain",), _companies, parallel=8),
        CONTACTS: Offer(("email",), ("email",), _people, parallel=8),
    },
    _probe,
)
