"""A warehouse of the first version works after an upgrade; one of a newer version is left alone."""

from importlib.resources import files
from pathlib import Path

import dagster as dg
import duckdb
import pytest

import reverse_etl
from ingestion.ledger import _TABLES as LOADS
from ingestion.vendors.spending import _TABLES as SPENDING
from orchestration import migrations, run_lock
from orchestration.errors import RequestFault
from orchestration.memory import _TABLE as BUILT
from orchestration.resources import ActiveRun
from orchestration.warehouse import _CHECK_RESULTS as CHECKS

FIRST = (Path(__file__).parent / "first_warehouse.sql").read_text(encoding="utf-8")
SYNCS = (files(reverse_etl) / "schema.sql").read_text(encoding="utf-8")
# Whatever our own code makes: a column that is new here needs a migration for the tables that are there already.
DECLARED = ";\n".join([*LOADS, *SPENDING, BUILT, CHECKS, SYNCS])


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(FIRST)
    return path


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[tuple[str, str]]]:
    rows = connection.execute(
        "select table_name, list(column_name), list(data_type) from duckdb_columns()"
        " where schema_name = 'ops' and not starts_with(table_name, 'sync_ledger__') group by 1"
    ).fetchall()
    return {table: set(zip(names, kinds, strict=True)) for table, names, kinds in rows}


def test_every_old_table_has_what_the_code_declares_today(warehouse: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(DECLARED)
        declared = _columns(connection)
    migrations.bring_up_to_date(warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        found = _columns(connection)
        kept = connection.execute(
            "select accepted, later, mapping_version from ops.sync_runs"
            " join ops.sync_validations using (mapping_version)"
        ).fetchall()
    assert {table: declared[table] - columns for table, columns in found.items() if table in declared} == {
        table: set() for table in found if table in declared
    }
    assert kept == [(1, None, "v1")]


def test_a_migration_is_applied_once(warehouse: Path) -> None:
    assert migrations.bring_up_to_date(warehouse)[0] == "0001_columns_of_the_sync_engine"
    assert migrations.bring_up_to_date(warehouse) == []


def test_a_run_brings_its_warehouse_up_to_date(warehouse: Path) -> None:
    with ActiveRun(home=str(warehouse.parent)).yield_for_execution(dg.build_init_resource_context()):
        assert run_lock.holder(warehouse.parent)
    assert migrations.bring_up_to_date(warehouse) == []


def test_a_warehouse_of_a_newer_version_is_left_alone(warehouse: Path) -> None:
    migrations.bring_up_to_date(warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("insert into ops.migrations values ('9999_of_tomorrow', now()::timestamp)")
    with pytest.raises(RequestFault, match=r"newer version of marketmap \(migration 9999_of_tomorrow\)"):
        migrations.bring_up_to_date(warehouse)


def test_without_a_warehouse_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert migrations.bring_up_to_date(tmp_path / "warehouse.duckdb") == []
    assert list(tmp_path.iterdir()) == []
