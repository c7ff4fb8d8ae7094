"""People who left and queues that the CRM does not hold are told with file, line and remedy before a flow goes live."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration import routing_faults
from orchestration.errors import RequestFault

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
QUEUES = ("Partner", "Inquiry", "Recycle", "Bad Data", "Ineligible", "Disqualified", "Nurture", "DEFAULT", "US PubSec")
CRM = """
create schema staging;
create table staging.stg_salesforce__users as from (values
    ('u1', 'ann@x.com', 'ann', 'Ann Lee', true), ('u2', 'bo@x.com', 'bo', 'Bo Ek', false),
    ('u3', 'cy@x.com', 'cy', 'Cy Park', true), ('u4', 'cy2@x.com', 'cy2', 'Cy Park', true)
) as users(user_id, email, username, user_name, is_active);
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(CRM)
        names = [f"{name} Queue" for name in QUEUES]
        connection.execute(
            "create table staging.stg_salesforce__queues as select unnest(?) as queue_name, null::text as group_type",
            [names],
        )
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(SEEDS, tmp_path / "project" / "seeds")
    return tmp_path / "project"


def _append(project: Path, seed: str, *rows: str) -> int:
    """Add rows to a seed; the line of the first."""
    path = project / "seeds" / f"{seed}.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return text.count("\n") + 1


def test_the_shipped_flow_names_nobody_and_no_queue_in_vain(warehouse: Path, project: Path) -> None:
    assert routing_faults.faults(warehouse, project) == []
    assert routing_faults.faults(warehouse.with_name("nothing.duckdb"), project) == []


def test_whoever_left_is_unknown_or_is_not_one_person_is_told(warehouse: Path, project: Path) -> None:
    row = "owner_map,{0},{0},1,account_domain,equals,x.com,user,{1},,,For the test"
    names = ("ANN@x.com", "Bo Ek", "nobody@x.com", "Cy Park", "u3")
    line = _append(project, "routing_maps", *(row.format(number, name) for number, name in enumerate(names, 7)))
    away = _append(project, "absences", "ann,2026-01-01,2026-01-02,bo@x.com,Holiday,Ann")
    assert [str(fault) for fault in routing_faults.faults(warehouse, project)] == [
        (
            f"absences.csv:{away} stand_in 'bo@x.com': has left: the user is not active in the CRM;"
            " name somebody who works there."
        ),
        (
            f"routing_maps.csv:{line + 1} assignee 'Bo Ek': has left: the user is not active in the CRM;"
            " name somebody who works there."
        ),
        (
            f"routing_maps.csv:{line + 2} assignee 'nobody@x.com': is no user of the CRM;"
            " write an id, e-mail address or full name as the CRM has it."
        ),
        (
            f"routing_maps.csv:{line + 3} assignee 'Cy Park': is the name of 2 users of the CRM;"
            " write the id or the e-mail address."
        ),
    ]


def test_a_queue_that_the_crm_does_not_hold_is_told_with_those_that_there_are(warehouse: Path, project: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from staging.stg_salesforce__queues where queue_name = 'Nurture Queue'")
    found = routing_faults.faults(warehouse, project)
    assert {(fault.file, fault.column, fault.value) for fault in found} == {
        ("routing_nodes.csv", "target", "Nurture Queue")
    }
    assert "create it there, or name one of Bad Data Queue, DEFAULT Queue" in str(found[0])


def test_a_warehouse_that_a_run_is_writing_is_told(warehouse: Path, project: Path) -> None:
    with duckdb.connect(str(warehouse)), pytest.raises(RequestFault, match="A run is writing the warehouse"):
        routing_faults.faults(warehouse, project)
