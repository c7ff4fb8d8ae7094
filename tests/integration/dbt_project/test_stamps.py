"""An edit that leaves the values alone, such as our own write of a score, does not make them look freshly observed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.integration.dbt_project import core_scenario as scenario
from tests.integration.dbt_project.project import rows, run_dbt

BUILD = ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
KEEPERS = ["int_company_records", "int_person_records", "int_account_attribute_values"]
FIRST, LATER = scenario.LATE, scenario.LATE + timedelta(days=3)
COMPANIES = f"""
select record_id, updated_at from intermediate.int_company_records
where source = 'salesforce' and record_id in ('{scenario.GLOBEX}', '{scenario.KOELN}') order by record_id
"""
PEOPLE = f"""
select record_id, updated_at from intermediate.int_person_records
where record_id in ('{scenario.JANE}', '{scenario.PAT}') order by record_id
"""
VALUES = f"""
select attribute, source, value, observed_at from intermediate.int_account_attribute_values
where record_id = '{scenario.GLOBEX}' and attribute in ('industry', 'employee_count') order by all
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built; then all records are touched, a phone, a name and an industry are changed, a vendor looks again; built."""
    folder = tmp_path_factory.mktemp("stamps")
    scenario.build_raw(folder / "warehouse.duckdb")
    assert set(run_dbt(folder, [*BUILD, "--select", *(f"+{model}" for model in KEEPERS)]).values()) == {"success"}
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        for table in ("accounts", "contacts", "leads"):
            connection.execute(
                f"update raw_salesforce.{table} set last_modified_date = $1, system_modstamp = $1", [LATER]
            )
        connection.execute("update raw_salesforce.accounts set phone = '+49 221 1' where id = $1", [scenario.KOELN])
        connection.execute("update raw_salesforce.accounts set industry = 'retail' where id = $1", [scenario.GLOBEX])
        connection.execute("update raw_salesforce.contacts set title = 'CEO' where id = $1", [scenario.PAT])
    assert set(run_dbt(folder, [*BUILD, "--select", *KEEPERS]).values()) == {"success"}
    return folder


def test_a_record_keeps_the_stamp_of_its_content(home: Path) -> None:
    assert rows(home, PEOPLE) == [(scenario.JANE, FIRST), (scenario.PAT, LATER)]
    assert rows(home, COMPANIES) == [(scenario.GLOBEX, LATER), (scenario.KOELN, LATER)]
    untouched = "select distinct updated_at from intermediate.int_company_records where source = 'salesforce'"
    assert (FIRST,) in rows(home, untouched)


def test_each_value_keeps_the_stamp_of_its_own(home: Path) -> None:
    crm = {attribute: (value, at) for attribute, source, value, at in rows(home, VALUES) if source == "salesforce"}
    assert crm["employee_count"] == ("900", FIRST)
    assert crm["industry"][1] == LATER


def test_a_full_refresh_takes_what_the_crm_says(home: Path) -> None:
    run_dbt(home, [*BUILD, "--select", *KEEPERS, "--full-refresh"])
    assert {at for _, at in rows(home, PEOPLE)} == {LATER}
