"""What must hold of every ICP, whatever its vectors, in the very SQL that dbt compiled (ICP-03, ICP-25)."""

from __future__ import annotations

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
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def compiled(home: Path) -> str:
    return next((home / "target" / "compiled").rglob("int_icp_patterns.sql")).read_text(encoding="utf-8")


def contributions(compiled: str, rules: list[Any], cap: dict[str, int], order: int = 1) -> dict[str, Decimal]:
    """Contribution by vector of one account that meets, misses or does not know each vector as drawn."""
    matched = known = 0
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.seeds; create schema warehouse.intermediate")
        connection.execute(
            "create table warehouse.seeds.icp_vectors (vector_id text, attribute text, weight decimal(9, 4), "
            "attribute_cap decimal(9, 4), effect text, missing_policy text)"
        )
        for place, (attribute, weight, policy, matches) in list(enumerate(rules))[::order]:
            # Vectors of a capped attribute share its value, which is known; the others have an attribute each.
            capped = attribute in cap
            connection.execute(
                "insert into warehouse.seeds.icp_vectors values (?, ?, ?, ?, 'score', ?)",
                [f"v{place:02d}", attribute if capped else f"{attribute} {place}", weight, cap.get(attribute), policy],
            )
            matched |= bool(matches) << place
            known |= (capped or matches is not None) << place
        connection.execute(
            "create table warehouse.intermediate.int_accounts__vector_patterns as "
            "select 'a' as account_id, '' as set_id, ?::bigint as matched_bits, ?::bigint as known_bits",
            [matched, known],
        )
        rows = connection.execute(f"select vector_id, contribution, share from ({compiled})").fetchall()
    if not cap:
        assert sum(share for _, _, share in rows) in (Decimal(100), Decimal(0))
    return {vector: contribution for vector, contribution, _ in rows}


@QUICK
@given(rules=vectors, cap=caps)
def test_contributions_lie_within_the_score_and_order_does_not_matter(
    compiled: str, rules: list[Any], cap: dict[str, int]
) -> None:
    found = contributions(compiled, rules, cap)
    assert Decimal(0) <= sum(found.values()) <= Decimal(100)
    assert found == contributions(compiled, rules, cap, order=-1)
    known = [
        bool(matches) for name, _, policy, matches in rules if name in cap or matches is not None or policy != "skip"
    ]
    if known and all(known):
        assert sum(found.values()) == 100
    if not any(known):
        assert sum(found.values()) == 0


@QUICK
@given(rules=vectors, cap=caps, place=st.integers(0, 11))
def test_one_more_match_never_lowers_the_score(
    compiled: str, rules: list[Any], cap: dict[str, int], place: int
) -> None:
    place %= len(rules)
    attribute, weight, policy, _ = rules[place]
    more = [*rules[:place], (attribute, weight, policy, True), *rules[place + 1 :]]
    assert sum(contributions(compiled, more, cap).values()) >= sum(contributions(compiled, rules, cap).values())
