"""Identity against the truth of a generated world, beside what a user would do instead."""

import shutil
from pathlib import Path

import duckdb
import pytest

from benchmarks.identity import measure
from benchmarks.identity_world import make_warehouse
from ml.identity import resolve
from sandbox.world.scale import Dirt
from tests.integration.ml.records import everything


def _measure(folder: Path, accounts: int, dirt: Dirt = "medium") -> dict[str, float]:
    warehouse = make_warehouse(folder, accounts=accounts, seed=11, dirt=dirt)
    resolve(warehouse)
    return measure(warehouse, folder / "truth.duckdb")


def _check(found: dict[str, float]) -> None:
    """The baselines must stay as weak as in the field, or the world has become too easy."""
    assert found["account_f1"] > found["baseline_name_country_account_f1"] + 0.1, found
    assert found["baseline_domain_account_f1"] < 0.6, found
    assert found["baseline_domain_or_name_account_f1"] < 0.75, found
    assert found["l2a_wrong_ratio"] < found["baseline_mattermost_l2a_wrong_ratio"] / 5, found


def test_a_small_world(tmp_path: Path) -> None:
    found = _measure(tmp_path, 400)
    _check(found)
    assert found["account_f1"] > 0.93, found
    assert found["account_precision"] > 0.95, found
    assert found["family_f1"] > 0.95, found
    assert found["people_f1"] > 0.97, found
    assert found["l2a_accuracy"] > 0.9, found
    assert found["l2a_wrong_ratio"] < 0.03, found


def test_newcomers_are_matched_as_if_everybody_had_come_at_once(tmp_path: Path) -> None:
    complete = make_warehouse(tmp_path, accounts=200, seed=5, dirt="high")
    daily, anew = tmp_path / "daily.duckdb", tmp_path / "anew.duckdb"
    shutil.copy(complete, daily)
    with duckdb.connect(str(daily)) as connection:
        for table in ("int_company_records", "int_person_records"):
            connection.execute(f"delete from intermediate.{table} where hash(record_id) % 10 = 0")
            connection.execute(f"update intermediate.{table} set email = null where hash(record_id) % 10 = 1")
    resolve(daily)
    with duckdb.connect(str(daily)) as connection:
        connection.execute(f"attach '{complete}' as complete (read_only)")
        for table in ("int_company_records", "int_person_records"):
            connection.execute(f"create or replace table intermediate.{table} as from complete.intermediate.{table}")
    shutil.copy(daily, anew)
    with duckdb.connect(str(anew)) as connection:  # all that was found is forgotten, ids and models are not
        for table in ("lookups", "account_evidence", "account_scores", "account_crowds"):
            connection.execute(f"delete from ml.{table}")
    resolve(daily)
    resolve(anew)
    found, expected = everything(daily), everything(anew)
    for dated in ("account_id_history", "match_review", "hierarchy_conflicts", "accounts"):
        found[dated], expected[dated] = ([row[:-2] for row in tables[dated]] for tables in (found, expected))
    assert found.keys() == expected.keys()
    assert [table for table in found if found[table] != expected[table]] == []


@pytest.mark.full
def test_a_large_world(tmp_path: Path) -> None:
    """200,000 records."""
    found = _measure(tmp_path, 5_500)
    _check(found)
    assert found["account_f1"] > 0.96, found
    assert found["account_precision"] > 0.98, found
    assert found["family_f1"] > 0.97, found
    assert found["people_f1"] > 0.98, found
    assert found["l2a_accuracy"] > 0.95, found
    assert found["l2a_wrong_ratio"] < 0.015, found
