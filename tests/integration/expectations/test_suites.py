"""Every check of every suite: green on a healthy warehouse, red on one that breaks it."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from expectations.results import CheckResult, ExpectationsError
from expectations.runner import declared, run
from expectations.suites import SUITES

HEALTHY = "".join(path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("healthy*.sql")))
BROKEN = Path(__file__).parent / "broken"
# Tables that a company may not use: they may be empty, or not be there at all.
OPTIONAL = {
    *("tasks", "events", "campaigns", "campaign_members", "queues", "programs", "lists", "list_members"),
    *("calls", "emails", "meetings"),
}


@cache
def _healthy() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "healthy.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(HEALTHY)
        return path.read_bytes()


def _warehouse(folder: Path, *statements: str) -> Path:
    path = folder / "warehouse.duckdb"
    path.write_bytes(_healthy())
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def _checks(suite: str, warehouse: Path) -> dict[tuple[str, str], CheckResult]:
    return {(check.table, check.name): check for check in run(suite, warehouse).checks}


@pytest.mark.parametrize("suite", SUITES)
def test_a_healthy_warehouse_is_green(suite: str, tmp_path: Path) -> None:
    result = run(suite, _warehouse(tmp_path))
    assert [check.line() for check in result.checks if not check.success] == []
    assert result.success
    assert not result.blocked


@pytest.mark.parametrize("suite", SUITES)
def test_every_check_can_turn_red(suite: str, tmp_path: Path) -> None:
    broken = _checks(suite, _warehouse(tmp_path, (BROKEN / f"{suite}.sql").read_text("utf-8")))
    emptied = [f"delete from {table}" for table in sorted({table for table, _ in broken}) if not _is_optional(table)]
    (tmp_path / "emptied").mkdir()
    bare = _checks(suite, _warehouse(tmp_path / "emptied", *emptied))
    red = {key for checks in (broken, bare) for key, check in checks.items() if not check.success}
    green = {(check.table, check.name) for check in declared(suite)} - red
    assert green == {(table, name) for table, name in broken if name == "row_count" and _is_optional(table)}


def _is_optional(table: str) -> bool:
    return table.rpartition(".")[2] in OPTIONAL


def test_a_failed_check_names_offenders_and_remedy(tmp_path: Path) -> None:
    result = run(
        "sync_salesforce__accounts", _warehouse(tmp_path, (BROKEN / "sync_salesforce__accounts.sql").read_text("utf-8"))
    )
    checks = {check.name: check for check in result.checks}
    assert result.blocked
    assert not result.success
    assert checks["tier_in_picklist"].examples == ("T1",)
    assert checks["tiers_mapped"].examples == ("T4",)
    assert "picklist_map.csv" in checks["tier_in_picklist"].remedy
    summary = result.summary()
    assert "checks passed" in summary.splitlines()[0]
    assert "STOP     activation.sync_salesforce__accounts tier_in_picklist: " in summary


@pytest.mark.parametrize(
    ("blanks", "tier_1", "red"),
    [
        (50, 120, set()),  # DQ-09: 5.0% passes
        (51, 120, {"blank_tier_percent"}),  # 5.1% fails
        (0, 900, {"tier_1_percent"}),  # DQ-04: 90% fails
        (0, 1, {"tier_1_percent"}),  # 0.1% fails
        (0, 2, set()),
        (0, 899, set()),
        (0, 0, {"tier_1_percent"}),
    ],
)
def test_shares_at_their_bounds(tmp_path: Path, blanks: int, tier_1: int, red: set[str]) -> None:
    payload = f"""create or replace table activation.sync_salesforce__accounts as select
        '001' || lpad(n::text, 12, '0') as salesforce_account_id,
        case when n < {blanks} then null when n >= 1000 - {tier_1} then 'Tier 1' else 'Tier 2' end as account_tier,
        1.0 as icp_fit_score, 1.0 as account_valuation, 1.0 as intelligence_score, 'x' as last_intent_topic
        from range(1000) as t(n)"""
    result = run("sync_salesforce__accounts", _warehouse(tmp_path, payload))
    assert {check.name for check in result.checks if not check.success} == red


def test_what_is_missing_is_a_failed_check_and_not_an_error(tmp_path: Path) -> None:
    warehouse = _warehouse(
        tmp_path,
        "drop table raw_bombora.company_surges",
        "alter table raw_zoominfo.companies drop column revenue_usd",
        "drop table ops.ingestion_runs",
    )
    bombora = run("raw_bombora", warehouse)
    assert {check.observed for check in bombora.checks if not check.success} == {"raw_bombora.company_surges missing"}
    zoominfo = run("raw_zoominfo", warehouse)
    assert not zoominfo.success
    assert zoominfo.checks[0].observed == "raw_zoominfo.companies.revenue_usd missing"
    assert {check.name for check in zoominfo.checks if check.success} == {"kept_rows", "hours_since_load"}


def test_unknown_suites_and_unreadable_warehouses_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(ExpectationsError, match="there is no suite 'raw_nowhere': use one of raw_salesforce, "):
        run("raw_nowhere", tmp_path / "w.duckdb")
    with pytest.raises(ExpectationsError, match=r"w\.duckdb does not exist: load the sources first"):
        run("raw_salesforce", tmp_path / "w.duckdb")


def test_declarations_are_unique_and_ready_for_asset_checks() -> None:
    for suite in SUITES:
        checks = declared(suite)
        assert len({(check.table, check.name) for check in checks}) == len(checks)
        for check in checks:
            assert check.name.replace("_", "").isalnum()
            assert check.table.count(".") == 1
            assert check.owner
            assert check.description
