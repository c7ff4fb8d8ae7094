"""The plan in SQL against the same rules written down record by record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverse_etl import ledger
from reverse_etl.counts import PlanCounts
from reverse_etl.mapping import FieldMapping, SeedRow, build_mapping
from reverse_etl.plan import PlanTerms, fingerprint_sql, make_plan
from reverse_etl.spec import Key, PreventOverride, SyncSpec

SPEC = SyncSpec(
    name="crm__accounts",
    model="activation.sync_crm__accounts",
    destination="crm",
    object="Account",
    key=Key(column="crm_id", field="Id"),
    mode="update",
    prevent_override=PreventOverride(column="prevent_override", field="Prevent_Override__c"),
)
TYPES = {"crm_id": "VARCHAR", "prevent_override": "BOOLEAN", "tier": "VARCHAR", "score": "DOUBLE", "extra": "VARCHAR"}
TIER = SeedRow("tier", "Tier__c", "always", "push", "marketmap")
SCORE = SeedRow("score", "Score__c", "if_blank", "push", "marketmap")
MAPPING = build_mapping(SPEC, [TIER, SCORE], TYPES)
NOW = datetime(2026, 11, 22, 8)  # noqa: DTZ001 - the ops tables hold UTC without a zone

VALUES = st.sampled_from([None, "", "a", "b", "O'Brien 🚀", "0", "null"])
SCORES = st.sampled_from([None, 0.0, 1.5, 2.0])
KEYS = st.sampled_from([None, "", *(f"k{number}" for number in range(30))])
# crm_id, prevent_override, tier, score, extra
ROWS = st.lists(st.tuples(KEYS, st.sampled_from([None, False, True]), VALUES, SCORES, VALUES), max_size=40)
CELL = st.one_of(st.just("unset"), VALUES.filter(lambda value: value != ""))
LEDGER = st.dictionaries(
    st.sampled_from([f"k{number}" for number in range(40)]),
    st.tuples(CELL, st.sampled_from(["unset", None, "1.5", "0"])),
)


@dataclass
class Bench:
    """A warehouse in memory."""

    con: duckdb.DuckDBPyConnection

    def model(self, rows: list[tuple[Any, ...]]) -> None:
        """Fill the model."""
        self.con.execute("delete from activation.sync_crm__accounts")
        if rows:
            self.con.executemany("insert into activation.sync_crm__accounts values (?, ?, ?, ?, ?)", rows)

    def acknowledge(self, cells: dict[str, tuple[str | None, ...]], targets: tuple[str, ...]) -> None:
        """Make the ledger hold exactly these."""
        self.con.execute(f"delete from {ledger.table(SPEC.name)}")
        self.con.execute(
            'create or replace temp table news (record_key varchar, field varchar, "value" varchar, '
            "acknowledged_at timestamp, run_id varchar)"
        )
        for key, values in cells.items():
            for target, value in zip(targets, values, strict=True):
                if value != "unset":
                    self.con.execute("insert into news values (?, ?, ?, ?, 'r0')", [key, target, value, NOW])
        ledger.acknowledge(self.con, SPEC.name, "news", targets)

    def plan(self, mapping: FieldMapping = MAPPING, **terms: Any) -> PlanCounts:
        """Make the plan."""
        ledger.prepare_ledger(self.con, SPEC.name, [field.target for field in mapping.fields])
        return make_plan(self.con, SPEC, mapping, PlanTerms(NOW, **terms))

    def cells(self, standing: str = "planned") -> set[tuple[Any, ...]]:
        """(record_key, field, before, after) of the plan."""
        query = """
            select record_key, field, cell.before, cell.after
            from (select record_key, unnest(cells) as cell from sync_plan where standing = ?)
            inner join sync_fields on cell.slot = sync_fields.slot
        """
        return set(self.con.execute(query, [standing]).fetchall())


@pytest.fixture(scope="module")
def bench() -> Bench:
    con = duckdb.connect()
    con.execute("create schema activation")
    con.execute(
        "create table activation.sync_crm__accounts "
        "(crm_id varchar, prevent_override boolean, tier varchar, score double, extra varchar)"
    )
    ledger.prepare(con)
    ledger.prepare_ledger(con, SPEC.name, ["Tier__c", "Score__c"])
    return Bench(con)


def text(score: float | None) -> str | None:
    return None if score is None else f"{score:g}"


@settings(deadline=None, max_examples=20)
@given(rows=ROWS, acknowledged=LEDGER)
def test_the_plan_is_desired_minus_acknowledged(
    bench: Bench, rows: list[tuple[Any, ...]], acknowledged: dict[str, tuple[str | None, ...]]
) -> None:
    bench.model(rows)
    bench.acknowledge(acknowledged, ("Tier__c", "Score__c"))
    counts = bench.plan()

    keys = [row[0] or None for row in rows]
    planned: set[tuple[Any, ...]] = set()
    prevented: set[tuple[Any, ...]] = set()
    for key, ticked, tier, score, _ in rows:
        if not key or keys.count(key) > 1:
            continue
        tier_held, score_held = acknowledged.get(key, ("unset", "unset"))
        cells = set()
        if (tier or None) != tier_held:
            cells.add((key, "Tier__c", None if tier_held == "unset" else tier_held, tier or None))
        if score is not None and text(score) != score_held:
            cells.add((key, "Score__c", None if score_held == "unset" else score_held, text(score)))
        (prevented if ticked else planned).update(cells)
    assert bench.cells() == planned
    assert bench.cells("prevented") == prevented

    single = [row for row in rows if row[0] and keys.count(row[0]) == 1]
    assert counts.desired == len(rows)
    assert counts.invalid == len(rows) - len(single)
    assert counts.skipped == sum(bool(row[1]) for row in single)
    assert counts.planned == len({cell[0] for cell in planned})
    assert counts.unchanged == len(single) - counts.skipped - counts.planned
    assert counts.removed == len(
        {key for key, cells in acknowledged.items() if cells != ("unset", "unset")} - set(keys)
    )


@settings(deadline=None, max_examples=8)
@given(rows=ROWS)
def test_what_is_acknowledged_is_not_planned_again(bench: Bench, rows: list[tuple[Any, ...]]) -> None:
    bench.model(rows)
    bench.acknowledge({}, ("Tier__c", "Score__c"))
    bench.plan()
    bench.con.execute("""
        create or replace temp table accepted as
        select record_key, field, cell.after as "value", now()::timestamp as acknowledged_at, 'r1' as run_id
        from (select record_key, unnest(cells) as cell from sync_plan where standing = 'planned')
        inner join sync_fields on cell.slot = sync_fields.slot
    """)
    ledger.acknowledge(bench.con, SPEC.name, "accepted", ["Tier__c", "Score__c"])
    assert bench.plan().planned == 0
    assert bench.cells() == set()


def test_a_new_column_plans_only_itself(bench: Bench) -> None:
    bench.model([("k1", False, "a", None, "x"), ("k2", False, "b", None, None)])
    bench.acknowledge({"k1": ("a", "unset"), "k2": ("b", "unset")}, ("Tier__c", "Score__c"))
    wider = build_mapping(SPEC, [TIER, SCORE, SeedRow("extra", "Extra__c", "always", "push", "marketmap")], TYPES)
    bench.plan(wider)
    assert bench.cells() == {("k1", "Extra__c", None, "x"), ("k2", "Extra__c", None, None)}


def test_a_resync_plans_every_value(bench: Bench) -> None:
    bench.model([("k1", False, "a", 1.5, None), ("k2", False, None, None, None)])
    bench.acknowledge({"k1": ("a", "1.5"), "k2": (None, "unset")}, ("Tier__c", "Score__c"))
    assert bench.plan().planned == 0
    assert bench.plan(is_resync=True).planned == 2
    assert bench.cells() == {
        ("k1", "Tier__c", "a", "a"),
        ("k1", "Score__c", "1.5", "1.5"),
        ("k2", "Tier__c", None, None),
    }


def test_a_deferred_record_waits_for_its_time_or_another_value(bench: Bench) -> None:
    bench.model([("k1", False, "a", 1.5, None)])
    bench.acknowledge({}, ("Tier__c", "Score__c"))
    bench.plan()
    (fingerprint,) = bench.con.execute("select fingerprint from sync_plan").fetchall()[0]
    left = "(values ('Tier__c', 'a'), ('Score__c', '1.5')) as cells(field, after)"
    recorded = "select " + fingerprint_sql("'update'", "field", "after") + f" from {left}"
    assert bench.con.execute(recorded).fetchall() == [(fingerprint,)]

    def defer(status: str, retry_at: str) -> None:
        bench.con.execute("delete from ops.sync_deferrals")
        bench.con.execute(
            "insert into ops.sync_deferrals values (?, 'k1', ?, ?, 'no', ?, ?, 'r0')",
            [SPEC.name, fingerprint, status, NOW, retry_at],
        )

    try:
        defer("rejected", "2026-11-23")
        assert (bench.plan().deferred, bench.plan().planned) == (1, 0)
        defer("filled", "2026-11-23")
        assert (bench.plan().deferred, bench.plan().unchanged) == (0, 1)
        defer("rejected", "2026-11-21")
        assert bench.plan().planned == 1
        defer("rejected", "2026-11-23")
        bench.model([("k1", False, "b", 1.5, None)])
        assert bench.plan().planned == 1
    finally:
        bench.con.execute("delete from ops.sync_deferrals")


def test_the_sample_comes_first_and_holds_the_longest_values(bench: Bench) -> None:
    rows = [(f"k{n:03}", False, "x" * (n == 77) + "tier", float(n), None) for n in range(100)]
    bench.model(rows)
    bench.acknowledge({}, ("Tier__c", "Score__c"))
    bench.plan(sample_records=5)
    ordered = [key for (key,) in bench.con.execute("select record_key from sync_order order by position").fetchall()]
    assert len(set(ordered)) == 100
    assert "k077" in ordered[:5]
    assert ordered[5:] == sorted(set(ordered) - set(ordered[:5]))


def test_values_no_destination_can_hold_make_the_record_invalid(bench: Bench) -> None:
    bench.model(
        [("k1", False, "a\x00b", None, None), ("k2", False, "a", float("nan"), None), ("k3", False, "a", 1.0, None)]
    )
    bench.acknowledge({}, ("Tier__c", "Score__c"))
    counts = bench.plan()
    assert (counts.invalid, counts.planned) == (2, 1)
    told = bench.con.execute(
        "select record_key, message from sync_plan where standing = 'invalid' order by 1"
    ).fetchall()
    assert told == [("k1", "Tier__c cannot hold a\\0b"), ("k2", "Score__c cannot hold nan")]
