"""The micro-batch's scores: of whom it concerns, and what a score of everybody would give."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from orchestration import rescoring
from orchestration.rescoring import Step
from orchestration.transformation import Transformation
from tests.integration.dbt_project.project import PROJECT, hand_over, rows

EVERYBODY = """
select account_id, null as contact_id from intermediate.int_accounts
union select null, contact_id from intermediate.int_contacts
"""
NEW = "select account_id, contact_id from marts.fct_activities where starts_with(activity_id, 'new')"
VISIT = """
insert into marts.fct_activities by name
select 'new' as activity_id, 'acc_bank' as account_id, '{person}' as contact_id, 'Web Visit' as activity_type,
    '/pricing' as subject, true as is_engagement, 'marketo' as source, 'Activity' as source_object,
    cast(current_date as timestamp) as occurred_at
"""
# When a row was written differs between two warehouses; what it says must not.
WRITTEN = {"recorded_at", "valid_from", "valid_to", "changed_at", "ended_at", "stage_change_id", "crossed_at"}


@pytest.fixture(scope="module")
def planned(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Step]:
    """The models' SQL as of today, from a copy of the market in which everything has been built once."""
    folder = tmp_path_factory.mktemp("planned")
    copy_warehouse(home, folder)
    hand_over(folder)
    transformation = Transformation(PROJECT, folder)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MARKETMAP_HOME", str(folder))
        return rescoring.steps(transformation)


@pytest.fixture(scope="module")
def everybody_scored(home: Path, planned: Sequence[Step], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which everybody was scored as of today, before anything new happened."""
    folder = tmp_path_factory.mktemp("scored")
    copy_warehouse(home, folder)
    rescoring.rescore(folder / "warehouse.duckdb", planned, EVERYBODY)
    return folder


@pytest.fixture
def scored_today(everybody_scored: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    copy_warehouse(everybody_scored, tmp_path)
    return tmp_path


def copy_warehouse(home: Path, folder: Path) -> None:
    """Copy with what is still in the write-ahead log."""
    for file in home.glob("warehouse.duckdb*"):
        (folder / file.name).write_bytes(file.read_bytes())


def contents(folder: Path, planned: Sequence[Step]) -> dict[str, list[tuple[object, ...]]]:
    """Every table that is scored anew, without the times at which rows were written."""
    found = {}
    for step in planned:
        if not step.is_view:
            names = [str(row[0]) for row in rows(folder, f"describe {step.address}") if row[0] not in WRITTEN]
            found[step.address] = sorted(rows(folder, f"select {', '.join(names)} from {step.address}"), key=repr)
    return found


def engagement(folder: Path) -> dict[str, float]:
    """Raw engagement points by account."""
    found = rows(folder, "select account_id, engagement_points from marts.account_scores")
    return {str(account): float(str(points)) for account, points in found}


def test_whom_it_concerns_is_scored_as_if_everybody_were(
    scored_today: Path, tmp_path_factory: pytest.TempPathFactory, planned: Sequence[Step]
) -> None:
    whole = tmp_path_factory.mktemp("whole")
    copy_warehouse(scored_today, whole)
    before = contents(scored_today, planned)
    for folder, concerned in ((scored_today, NEW), (whole, EVERYBODY)):
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            connection.execute(VISIT.format(person="per_vp"))
        done = rescoring.rescore(folder / "warehouse.duckdb", planned, concerned)
        assert done.accounts == (1 if concerned == NEW else 4)
    after = contents(scored_today, planned)
    assert after == contents(whole, planned)
    assert after != before


@pytest.mark.parametrize(("person", "points"), [("per_vp", 13.0), ("per_analyst", 10.4)])
def test_a_visit_of_the_pricing_page_adds_its_points_by_role_and_no_more(
    scored_today: Path, planned: Sequence[Step], person: str, points: float
) -> None:
    before = engagement(scored_today)
    with duckdb.connect(str(scored_today / "warehouse.duckdb")) as connection:
        connection.execute(VISIT.format(person=person))
    rescoring.rescore(scored_today / "warehouse.duckdb", planned, NEW)
    after = engagement(scored_today)
    gained = {account: round(after[account] - before[account], 2) for account in after}
    assert {account: more for account, more in gained.items() if more} == {"acc_bank": points}
    state = "select count(*) from marts.account_score_history where account_id = 'acc_bank' and is_current"
    assert rows(scored_today, state) == [(1,)]


def test_nobody_concerned_changes_nothing(scored_today: Path, planned: Sequence[Step]) -> None:
    before = contents(scored_today, planned)
    done = rescoring.rescore(scored_today / "warehouse.duckdb", planned, NEW)
    assert (done.accounts, done.people) == (0, 0)
    assert contents(scored_today, planned) == before
