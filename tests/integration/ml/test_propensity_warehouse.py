"""Propensity in a warehouse: versions of the model, scores that name theirs, silence with a reason (SCO-21, 22, 24)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ml.propensity.warehouse import refresh
from tests.integration.ml.test_propensity_tables import subscriptions

NOW = dt.datetime(2025, 8, 23, 2)  # noqa: DTZ001 (the warehouse holds UTC without a zone); the day after the last event
TABLES = """
create schema seeds; create schema intermediate; create schema ml;
create table seeds.propensity_models as select 'accounts' as model, 30.0 as horizon_days, 30 as retrain_after_days,
    {outcomes} as minimum_outcomes, 100 as minimum_others, 1 as minimum_cohorts, {enabled} as is_enabled;
create table intermediate.int_propensity_events as
    select 'a' || customer as account_id, "at" as happened_at, 'Web' as kind, null::double as value from events;
create table intermediate.int_propensity_outcomes as
    select 'a' || customer as account_id, "at" as happened_at from ended;
create table intermediate.int_propensity_profiles as
    select 'a' || customer as account_id, 'a' || customer as family_id, timestamp '2024-01-01' as known_at, plan
    from known
    union all select 'new', 'new', timestamp '2025-08-22', 'monthly';
create table intermediate.int_propensity_rule_points as
    select account_id, 'visit' as rule_id, 5.0 as points, 30 as window_days, 14.0 as half_life_days, 20.0 as cap_points,
        happened_at
    from intermediate.int_propensity_events;
"""


def made(folder: Path, *, outcomes: int = 100, enabled: bool = True) -> Path:
    """A warehouse as dbt leaves it for the model."""
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name, table in zip(("events", "ended", "known"), subscriptions(), strict=True):
            connection.register(name, table)
        connection.execute(TABLES.format(outcomes=outcomes, enabled=enabled))
    return path


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse in which a model was trained, used again the next day, and trained again after a month."""
    folder = tmp_path_factory.mktemp("propensity")
    path = made(folder)
    said = [refresh(path, folder, now=NOW + dt.timedelta(days=days)) for days in (0, 1, 31)]
    assert [one.status for one in said] == ["trained", "scored", "trained"]
    return path


def test_two_trainings_leave_two_versions_with_date_data_and_figures(trained: Path) -> None:
    first, second = rows(trained, "select model_version, trained_at, data_hash from ml.propensity_models order by 2")
    assert first[0].startswith("20250823020000-")
    assert second[1] - first[1] == dt.timedelta(days=31)
    assert first[0] != second[0]
    cards = rows(trained, "select model_version, auc from ml.propensity_cohorts where cohort = 'all' and auc > 0.7")
    assert {version for version, _ in cards} == {first[0], second[0]}


def test_scores_name_the_version_that_made_them_and_reasons_add_up(trained: Path) -> None:
    scored = rows(
        trained,
        """select any_value(scores.model_version), any_value(propensity),
            1 / (1 + exp(-sum(contribution))), count(*) - 1
        from ml.propensity_scores as scores join ml.propensity_reasons using (account_id) group by account_id""",
    )
    ((version,),) = rows(trained, "select max(model_version) from ml.propensity_models")
    assert {row[0] for row in scored} == {version}
    assert all(0 < row[1] < 1 for row in scored)
    assert all(row[1] == pytest.approx(row[2], rel=1e-9) for row in scored)
    assert min(row[3] for row in scored) >= 3


def test_the_report_card_holds_the_rules_against_the_model(trained: Path) -> None:
    card = (trained.parent / "propensity.md").read_text(encoding="utf-8")
    assert "AUC" in card
    assert "rules" in card.lower()
    assert (trained.parent / "propensity.html").is_file()


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"outcomes": 10_000}, "abstained", "outcomes in the history; 10000 are needed"),
        ({"enabled": False}, "off", "switched off"),
    ],
)
def test_without_a_model_nobody_has_a_probability_and_everybody_the_reason(
    tmp_path: Path, changed: dict[str, Any], status: str, reason: str
) -> None:
    path = made(tmp_path, **changed)
    said = refresh(path, tmp_path, now=NOW)
    assert said.status == status
    ((count, scored, told),) = rows(
        path, "select count(*), count(propensity), any_value(abstention) from ml.propensity_scores"
    )
    assert (count, scored) == (901, 0)
    assert reason in told
