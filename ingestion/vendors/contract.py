"""The one contract of all enrichment vendors: questions about records in, raw answers with what they cost out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connections import Connection
from ingestion.vendors.rules import Rules

MATCHED, NO_MATCH = "FULL_MATCH", "NO_MATCH"
ACCOUNTS, CONTACTS = "accounts", "contacts"
TABLES = {ACCOUNTS: "companies", CONTACTS: "people"}


@dataclass(frozen=True)
class Question:
    """Who is meant: inputs by name (company_name, domain, email, ...), blank ones left out. `key` is their hash."""

    key: str
    inputs: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What the vendor said to one question: its own fields, flat, under their landed names; nothing for a no-match."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    credits: float = 0.0
    status: str = ""

    @property
    def match_status(self) -> str:
        """The vendor's own word for how well it matched, else whether it did."""
        return self.status or (MATCHED if self.values else NO_MATCH)


# `ask(connection, questions, fields)`: one call, one answer per question, in any order; a question without an answer
# counts as a no-match. `fields` are the landed columns that our mapping reads.
Ask = Callable[[Connection, Sequence[Question], Sequence[str]], Sequence[Answer]]


@dataclass(frozen=True)
class Offer:
    """What a vendor answers for one entity: the inputs it matches on (those in `needs` must be there), how many
    questions go into a call, how many calls at a time, and the most that one answer costs. `wording` is what the
    question says beyond its inputs: when it changes, records are asked about anew."""

    inputs: tuple[str, ...]
    needs: tuple[str, ...]
    ask: Ask
    batch: int = 1
    parallel: int = 4
    credits: float = 1.0
    wording: str = ""


@dataclass(frozen=True)
class Finder:
    """How a vendor finds people of whom nobody here has heard.

    `find(connection, domain, titles, seniorities, most)` gives the vendor's ids of people at a company, free of charge;
    `reveal` asks who they are (input `id`), `batch` a call, at most `credits` each.
    """

    find: Callable[[Connection, str, Sequence[str], Sequence[str], int], Sequence[str]]
    reveal: Ask
    batch: int = 1
    credits: float = 1.0


@dataclass(frozen=True)
class Adapter:
    """One vendor: how it is reached, what it offers by entity, one free call that proves that it answers, and how it
    finds people, if it does. `by_rules` gives the offers where people write what is asked."""

    name: str
    opener: Callable[[Any], Connection]
    offers: Mapping[str, Offer]
    probe: Callable[[Connection], str]
    finder: Finder | None = None
    by_rules: Callable[[Rules], Mapping[str, Offer]] | None = None

    def offer(self, entity: str, rules: Rules) -> Offer:
        """What it answers for an entity under these rules."""
        return (self.by_rules(rules) if self.by_rules else self.offers)[entity]


def flat(record: Mapping[str, Any], *, prefix: str = "") -> dict[str, Any]:
    """A nested answer as one level of names: {"geo": {"city": 1}} -> {"geo_city": 1}.

    Of a list of objects the first counts, which vendors rank as the best; lists of plain values stay lists.
    """
    found: dict[str, Any] = {}
    for name, value in record.items():
        first = value[0] if isinstance(value, list) and value and isinstance(value[0], Mapping) else value
        if isinstance(first, Mapping):
            found |= flat(first, prefix=f"{prefix}{name}_")
        else:
            found[f"{prefix}{name}"] = value
    return found
