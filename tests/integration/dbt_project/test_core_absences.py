"""Systems that are off, fields an organisation does not have, identities not resolved yet: everything still builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.dbt_project.project import rows, run_dbt
from tests.integration.dbt_project.raw_warehouse import land


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse where nothing has landed but a few columns of two accounts."""
    folder = tmp_path_factory.mktemp("absences")
    land(
        folder / "warehouse.duckdb", "raw_salesforce.accounts", [{"id": "001A", "name": "Only & Söhne"}, {"id": "001B"}]
    )
    rows(folder, "alter table raw_salesforce.accounts drop column industry")
    rows(folder, "alter table raw_salesforce.accounts drop column system_modstamp")
    statuses = run_dbt(folder, ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"])
    assert set(statuses.values()) == {"success"}
    return folder


def test_every_mart_is_there_with_its_columns(home: Path) -> None:
    query = "select count(*) from duckdb_tables() where schema_name in ('marts', 'activation') and column_count > 1"
    assert rows(home, query)[0][0] >= 15  # type: ignore[operator] # a count


def test_a_missing_column_is_a_typed_null(home: Path) -> None:
    query = "select industry, typeof(industry), system_modified_at from staging.stg_salesforce__accounts limit 1"
    assert rows(home, query) == [(None, "VARCHAR", None)]


def test_records_wait_for_identity(home: Path) -> None:
    assert rows(home, "select record_id, company_name from intermediate.int_company_records order by 1") == [
        ("001A", "Only & Söhne"),
        ("001B", None),
    ]
    assert rows(home, "select count(*) from marts.dim_accounts") == [(0,)]
