"""Questions of our own about a company, put to a language model that searches the web and names its source.

Any service of OpenAI's chat-completions shape serves (Perplexity's Sonar, or a gateway of the company's own). Each
criterion of the seed custom_criteria is one question; an answer without a value, or without an address on the web that
it rests on, is none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connections import Connection
from connections.keyed import RESEARCH as SYSTEM
from connections.keyed import opener
from ingestion.vendors.contract import ACCOUNTS, Adapter, Answer, Offer, Question
from ingestion.vendors.rules import Criterion, Rules

_INPUTS = ("company_name", "domain", "country")
_ANSWERED, _UNANSWERED = "ANSWERED", "NO_ANSWER"
_JSON_TYPES = {"text": "string", "number": "number", "flag": "boolean"}
_SYSTEM_PROMPT = (
    "You research companies. Answer the question about the one company that is named, from what you find on the web. "
    "Give the address of the page that says so. If you find nothing certain, the value is null."
)


def _offers(rules: Rules) -> Mapping[str, Offer]:
    """The offer for the criteria that people wrote; one that changes is asked anew."""
    criteria = {one.name: one for one in rules.criteria}

    def ask(connection: Connection, questions: Sequence[Question], fields: Sequence[str]) -> list[Answer]:
        wanted = [criteria[name] for name in fields if name in criteria]
        return [_researched(connection, question, wanted) for question in questions]

    wording = "|".join(f"{one.name}={one.question}:{one.answer_type}" for one in rules.criteria)
    return {ACCOUNTS: Offer(_INPUTS, ("company_name",), ask, parallel=2, credits=float(len(criteria)), wording=wording)}


def _researched(connection: Connection, question: Question, criteria: Sequence[Criterion]) -> Answer:
    """All criteria about one company, a call each; a credit for each call."""
    # The name that was asked about makes the answer a record of that company, as every vendor's is.
    values: dict[str, Any] = {"company_name": question.inputs["company_name"]}
    for one in criteria:
        told = _told(connection, question, one)
        value, url = _typed(told.get("value"), one.answer_type), _address(told.get("source_url"))
        known = value is not None and url is not None
        values |= {one.name: value if known else None, f"{one.name}_source_url": url if known else None}
    status = _ANSWERED if any(values[one.name] is not None for one in criteria) else _UNANSWERED
    return Answer(question.key, values, float(len(criteria)), status)


def _told(connection: Connection, question: Question, criterion: Criterion) -> Mapping[str, Any]:
    """POST /chat/completions with the form of the answer; text that is not of that form counts as no answer."""
    about = "; ".join(
        f"{name.replace('_', ' ')}: {question.inputs[name]}" for name in _INPUTS if name in question.inputs
    )
    nullable = {"type": [_JSON_TYPES[criterion.answer_type], "null"]}
    properties = {"value": nullable, "source_url": {"type": ["string", "null"]}}
    form = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    body = {
        "model": criterion.model,
        "messages": [
            {"role": "system", "content": _SYSTEM_PROMPT},
            {"role": "user", "content": f"Company: {about}\nQuestion: {criterion.question}"},
        ],
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": form}},
    }
    answer = connection.request("POST", "/chat/completions", json=body, idempotent=False).json()
    try:
        told = json.loads(answer["choices"][0]["message"]["content"])
    except (KeyError, IndexError, TypeError, ValueError):
        return {}
    return told if isinstance(told, Mapping) else {}


def _typed(value: Any, answer_type: str) -> str | float | bool | None:
    """The value if it is of the type that was asked for."""
    if answer_type == "flag":
        return value if isinstance(value, bool) else None
    if answer_type == "number":
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return value.strip() or None if isinstance(value, str) else None


def _address(url: Any) -> str | None:
    return url if isinstance(url, str) and urlsplit(url).scheme in ("http", "https") else None


def _probe(connection: Connection) -> str:
    """GET /models, which costs nothing."""
    return f"{len(connection.request('GET', '/models').json().get('data', []))} models offered"


RESEARCH = Adapter(
    SYSTEM.name,
    opener(SYSTEM),
    {ACCOUNTS: Offer(_INPUTS, ("company_name",), lambda _connection, _questions, _fields: [])},
    _probe,
    by_rules=_offers,
)
