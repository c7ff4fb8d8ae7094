"""Apollo: companies by domain and people by e-mail, ten a call; a credit for each one found, also the second time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connections import Connection
from connections.keyed import APOLLO as SYSTEM
from connections.keyed import opener
from ingestion.vendors.contract import ACCOUNTS, CONTACTS, Adapter, Answer, Finder, Offer, Question, flat

_BATCH = 10
_PERSON_INPUTS = ("first_name", "last_name", "email", "company_name", "domain", "linkedin_url")


def _companies(connection: Connection, questions: Sequence[Question], _fields: Sequence[str]) -> list[Answer]:
    """POST /api/v1/organizations/bulk_enrich; what it does not know is null or left out."""
    domains = [("domains[]", question.inputs["domain"]) for question in questions]
    answer = connection.request("POST", "/api/v1/organizations/bulk_enrich", params=domains).json()
    found = {entry["primary_domain"]: entry for entry in answer.get("organizations") or [] if entry}
    return [_answer(question, found.get(question.inputs["domain"])) for question in questions]


def _people(connection: Connection, questions: Sequence[Question], _fields: Sequence[str]) -> list[Answer]:
    """POST /api/v1/people/bulk_match; one match per detail, in order, null for a person it does not know."""
    details = [{_DETAILS.get(name, name): value for name, value in question.inputs.items()} for question in questions]
    body = {"details": details, "reveal_personal_emails": False}
    matches = connection.request("POST", "/api/v1/people/bulk_match", json=body).json()["matches"]
    return [_answer(question, match) for question, match in zip(questions, matches, strict=True)]


_DETAILS = {"company_name": "organization_name"}
_SENIORITIES = {"C-Level": ("c_suite", "founder", "owner"), "VP": ("vp",), "Director": ("director", "head")}


def _find(
    connection: Connection, domain: str, titles: Sequence[str], seniorities: Sequence[str], most: int
) -> list[str]:
    """POST /api/v1/mixed_people/api_search: free, and without what one would write to; those with an address count."""
    params = [("q_organization_domains_list[]", domain), ("page", "1"), ("per_page", str(min(100, 3 * most)))]
    params += [("person_titles[]", title) for title in titles]
    params += [("person_seniorities[]", word) for level in seniorities for word in _SENIORITIES.get(level, ())]
    people = connection.request("POST", "/api/v1/mixed_people/api_search", params=params).json()["people"]
    return [str(person["id"]) for person in people if person.get("has_email")][:most]


def _answer(question: Question, found: Any) -> Answer:
    if not found:
        return Answer(question.key)
    return Answer(question.key, flat(found), 1.0)


def _probe(connection: Connection) -> str:
    """GET /api/v1/auth/health, which costs nothing."""
    health = connection.request("GET", "/api/v1/auth/health").json()
    return "signed in" if health.get("is_logged_in") else "answers, but the key is not signed in"


APOLLO = Adapter(
    SYSTEM.name,
    opener(SYSTEM),
    {
        ACCOUNTS: Offer(("domain",), ("domain",), _companies, batch=_BATCH),
        CONTACTS: Offer(_PERSON_INPUTS, ("email",), _people, batch=_BATCH),
    },
    _probe,
    Finder(_find, _people, batch=_BATCH),
)
