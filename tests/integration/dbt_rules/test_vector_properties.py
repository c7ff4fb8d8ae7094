"""What must hold of every ICP, whatever its vectors, in the very SQL that dbt compiled (ICP-03, ICP-25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ATTRIBUTES = ("country_code", "industry", "employee_count", "technologies")
vectors = st.lists(
    st.tuples(
        st.sampled_from(ATTRIBUTES),
        st.integers(1, 50),
        st.sampled_from(["zero", "skip"]),
        st.sampled_from([True, False, None]),
    ),
    min_size=1,
    max_size=12,
)
caps = st.dictionaries(st.sampled_from(ATTRIBUTES), st.integers(1, 60))
Points = dict[str, Decimal]
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Judge:
    """The compiled SQL over an empty market; made once, for making it costs more than asking it."""

    connection: duckdb.DuckDBPyConnection
    compiled: str

    def contributions(self, rules: list[Any], cap: dict[str, int], answers: list[Any], order: int = 1) -> list[Points]:
        """Contribution by vector of each account of `answers`, which say what it meets, misses or does not know."""
        # Vectors of a capped attribute share its value, which is known; the others have an attribute each.
        vectors = [
            (f"v{place:02d}", name if name in cap else f"{name} {place}", weight, cap.get(name), policy)
            for place, (name, weight, policy, _) in list(enumerate(rules))[::order]
        ]
        patterns = []
        for account in answers:
            given = [(place, rules[place][0] in cap, matches) for place, matches in enumerate(account)]
            matched = sum(bool(matches) << place for place, _, matches in given)
            known = sum((capped or matches is not None) << place for place, capped, matches in given)
            patterns.append((matched, known))
        self.connection.execute("delete from warehouse.seeds.icp_vectors")
        self.connection.execute("delete from warehouse.intermediate.int_accounts__vector_patterns")
        marks = ", ".join("(?, ?, ?, ?, 'score', ?, null, null, null, null)" for _ in vectors)
        self.connection.execute(
            f"insert into warehouse.seeds.icp_vectors values {marks}", [cell for vector in vectors for cell in vector]
        )
        for number, pattern in enumerate(dict.fromkeys(patterns)):
            self.connection.execute(
                "insert into warehouse.intermediate.int_accounts__vector_patterns values (?, '', ?, ?)",
                [str(number), *pattern],
            )
        found: dict[tuple[int, int], dict[str, tuple[Decimal, Decimal]]] = {}
        for matched, known, vector, contribution, share in self.connection.execute(
            f"select matched_bits, known_bits, vector_id, contribution, share from ({self.compiled})"
        ).fetchall():
            found.setdefault((matched, known), {})[vector] = (contribution, share)
        if not cap:
            for one in found.values():
                assert sum(share for _, share in one.values()) in (Decimal(100), Decimal(0))
        return [{vector: points for vector, (points, _) in found[pattern].items()} for pattern in patterns]


@pytest.fixture(scope="module")
def judge(home: Path) -> Iterator[Judge]:
    compiled = next((home / "target" / "compiled").rglob("int_icp_patterns.sql")).read_text(encoding="utf-8")
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.seeds; create schema warehouse.intermediate")
        connection.execute(
            "create table warehouse.seeds.icp_vectors (vector_id text, attribute text, weight decimal(9, 4), "
            "attribute_cap decimal(9, 4), effect text, missing_policy text, vector_kind text, definition text, "
            "status text, version text)"
        )
        connection.execute(
            "create table warehouse.intermediate.int_accounts__vector_patterns "
            "(account_id text, set_id text, matched_bits bigint, known_bits bigint)"
        )
        yield Judge(connection, compiled)


@QUICK
@given(rules=vectors, cap=caps)
def test_contributions_lie_within_the_score_and_order_does_not_matter(
    judge: Judge, rules: list[Any], cap: dict[str, int]
) -> None:
    answers = [[matches for *_, matches in rules]]
    (found,) = judge.contributions(rules, cap, answers)
    assert Decimal(0) <= sum(found.values()) <= Decimal(100)
    assert [found] == judge.contributions(rules, cap, answers, order=-1)
    known = [
        bool(matches) for name, _, policy, matches in rules if name in cap or matches is not None or policy != "skip"
    ]
    if known and all(known):
        assert sum(found.values()) == 100
    if not any(known):
        assert sum(found.values()) == 0


@QUICK
@given(rules=vectors, cap=caps)
def test_one_more_match_never_lowers_the_score(judge: Judge, rules: list[Any], cap: dict[str, int]) -> None:
    """Whichever vector it is: all of them are tried at once."""
    today = [matches for *_, matches in rules]
    more = [[*today[:place], True, *today[place + 1 :]] for place in range(len(rules))]
    before, *after = (sum(found.values()) for found in judge.contributions(rules, cap, [today, *more]))
    assert all(score >= before for score in after)
