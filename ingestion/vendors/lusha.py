"""Lusha: companies and people, a hundred a call; a credit for each one revealed the first time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connections import Connection
from connections.keyed import LUSHA as SYSTEM
from connections.keyed import opener
from ingestion.vendors.contract import ACCOUNTS, CONTACTS, Adapter, Answer, Offer, Question, flat

_BATCH = 100


def _companies(connection: Connection, questions: Sequence[Question], _fields: Sequence[str]) -> list[Answer]:
    """POST /bulk/company/v2: answers by the number that we gave each question; `errors` for what it does not know."""
    body = {
        "companies": [
            {"id": str(number), "domain": question.inputs["domain"], "name": question.inputs.get("company_name", "")}
            for number, question in enumerate(questions)
        ]
    }
    found = connection.request("POST", "/bulk/company/v2", json=body, idempotent=True).json()
    return [_company(question, found.get(str(number))) for number, question in enumerate(questions)]


def _company(question: Question, entry: Any) -> Answer:
    if not isinstance(entry, Mapping) or entry.get("errors"):
        return Answer(question.key)
    values = flat({name: value for name, value in entry.items() if name != "isCreditCharged"})
    return Answer(question.key, values, 1.0 if entry.get("isCreditCharged") else 0.0)


def _people(connection: Connection, questions: Sequence[Question], _fields: Sequence[str]) -> list[Answer]:
    """POST /v2/person; a person who objected is answered with an error of code 451 and never with data."""
    body = {"contacts": [_person_input(number, question.inputs) for number, question in enumerate(questions)]}
    found = connection.request("POST", "/v2/person", json=body, idempotent=True).json()["contacts"]
    return [_person(question, found.get(str(number))) for number, question in enumerate(questions)]


def _person_input(number: int, inputs: Mapping[str, str]) -> dict[str, Any]:
    company = {"name": inputs.get("company_name", ""), "domain": inputs.get("domain", ""), "isCurrent": True}
    name = f"{inputs['first_name']} {inputs['last_name']}"
    return {"contactId": str(number), "fullName": name, "email": inputs["email"], "companies": [company]}


def _person(question: Question, entry: Any) -> Answer:
    if not isinstance(entry, Mapping) or entry.get("error") or not entry.get("data"):
        code = (entry.get("error") or {}).get("code") if isinstance(entry, Mapping) else None
        return Answer(question.key, status="OBJECTED" if str(code) == "451" else "")
    return Answer(question.key, flat(entry["data"]), 1.0 if entry.get("isCreditCharged") else 0.0)


def _probe(connection: Connection) -> str:
    """GET /account/usage, which costs nothing."""
    usage = connection.request("GET", "/account/usage").json()["usage"]
    return f"{usage['remaining']:,} credits left"


LUSHA = Adapter(
    SYSTEM.name,
    opener(SYSTEM),
    {
        ACCOUNTS: Offer(("company_name", "domain"), ("domain",), _companies, batch=_BATCH, parallel=2),
        CONTACTS: Offer(
            ("first_name", "last_name", "email", "company_name", "domain"),
            ("first_name", "last_name", "email"),
            _people,
            batch=_BATCH,
            parallel=2,
        ),
    },
    _probe,
)
