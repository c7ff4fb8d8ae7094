"""Names alone: real pairs of a short and a legal name, and the names next to each other in a register of companies.

`data/company_names.csv` holds names as the public knows and writes them (true pairs) and companies that are often
taken for one another (false ones), written for this repository from common knowledge. The register is the GLEIF extract
(CC0): a true pair is a legal name and the same without its legal form (by the sandbox's own code), a false one two
neighbours in alphabetical order that belong to different companies.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from benchmarks.identity_measures import Agreement
from benchmarks.metrics import Metric
from ml.identity.names import company_name
from ml.identity.similarity import Relation, relation
from sandbox.world.dirt import title_case
from sandbox.world.entities import extract_entities
from sandbox.world.legal_names import strip_form, tokens

KNOWN = Path(__file__).with_name("data") / "company_names.csv"
_SAME = {Relation.EQUAL, Relation.NEAR, Relation.ACRONYM}
_EVERY = 4  # entity of the register; enough for four digits


class Pair(NamedTuple):
    """Two names, and whether they are one company's."""

    one: str
    other: str
    is_same: bool


def known_pairs() -> list[Pair]:
    """Well-known companies."""
    with KNOWN.open(encoding="utf-8") as file:
        return [Pair(row["name"], row["other"], row["is_same"] == "true") for row in csv.DictReader(file)]


def register_pairs() -> list[Pair]:
    """Companies of the register."""
    entities = sorted(extract_entities(), key=lambda entity: entity.name)[::_EVERY]
    bare = [(entity.name, strip_form(entity.name)[0]) for entity in entities]
    same = [Pair(title_case(base), name, True) for name, base in bare if tokens(base) and base != name]
    neighbours = [
        Pair(one, other, False)
        for (one, base), (other, next_base) in pairwise(bare)
        if tokens(base) and tokens(base)[:1] == tokens(next_base)[:1] and tokens(base) != tokens(next_base)
    ]
    return [*same, *neighbours]


def ours(pairs: Sequence[Pair]) -> Agreement:
    """What the relation of names says, without any other evidence."""
    return _agreement(pairs, [_is_same(pair.one, pair.other) for pair in pairs])


def jaro_winkler(pairs: Sequence[Pair]) -> Agreement:
    """What Jaro-Winkler says at the threshold that is best on these very pairs, which nobody knows beforehand."""
    table = pa.table({"one": [pair.one for pair in pairs], "other": [pair.other for pair in pairs]})
    with duckdb.connect() as connection:
        connection.register("pairs", table)
        rows = connection.execute("select jaro_winkler_similarity(lower(one), lower(other)) from pairs").fetchall()
    scores = [score for (score,) in rows]
    limits = [limit / 100 for limit in range(50, 101)]
    found = [_agreement(pairs, [score >= limit for score in scores]) for limit in limits]
    return max(found, key=lambda agreement: agreement.f1)


def metrics() -> list[Metric]:
    """Precision, recall and F1 on both kinds of pairs, beside the baseline."""
    found: list[Metric] = []
    for name, pairs in (("names", known_pairs()), ("register_names", register_pairs())):
        baseline = jaro_winkler(pairs)
        for measure in ("precision", "recall", "f1"):
            beside = f"baseline_jaro_winkler_{name}_{measure}"
            found.append(Metric(f"{name}_{measure}", getattr(ours(pairs), measure), "ratio", beside))
            found.append(Metric(beside, getattr(baseline, measure), "ratio"))
    return found


def _is_same(one: str, other: str) -> bool:
    left, right = company_name(one), company_name(other)
    return relation(left.key, right.key, left.full, right.full) in _SAME


def _agreement(pairs: Sequence[Pair], guesses: Sequence[bool]) -> Agreement:
    right = sum(guess and pair.is_same for pair, guess in zip(pairs, guesses, strict=True))
    guessed, real = sum(guesses), sum(pair.is_same for pair in pairs)
    return Agreement(right / guessed if guessed else 0.0, right / real if real else 0.0)
